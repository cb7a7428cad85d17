import type { GrowLogState } from "../containers/grow-log.ts";
import { compareDots } from "../dot.ts";
import { CrdtError } from "../error.ts";
import type { RegisterEntry, RegisterState } from "../parts/register-writes.ts";
import type { Value } from "../value.ts";
import { contextPart } from "./context.ts";
import { entryItem, readItems, writeItems } from "./items.ts";
import type { Part } from "./part.ts";

/** Context, then the live writes. */
export function registerPart<V extends Value>(check?: (value: Value) => boolean): Part<RegisterState<V>> {
  const entry = entryItem<V>(check);
  const checkSeen = ({ entries, context }: RegisterState<V>) => {
    if (entries.every(({ dot }) => context.has(dot))) return;
    throw new CrdtError("invalid-dot", "a dot that its context does not know");
  };
  return {
    names({ context }, add) {
      contextPart.names(context, add);
    },
    write(writer, state, names) {
      checkSeen(state);
      contextPart.write(writer, state.context, names);
      writeItems(writer, state.entries, entry, names);
    },
    read(reader, names) {
      const context = contextPart.read(reader, names);
      const state = { entries: readItems(reader, entry, names), context };
      checkSeen(state);
      return state;
    },
  };
}

const anyEntry = entryItem<Value>();

/** Entries in the order of their dots, whatever order they are read in. */
export const logPart: Part<GrowLogState<Value>> = {
  names(state, add) {
    for (const { dot } of state) add(dot.log);
  },
  write(writer, state, names) {
    const entries: readonly RegisterEntry<Value>[] = [...state].sort((a, b) => compareDots(a.dot, b.dot));
    writeItems(writer, entries, anyEntry, names);
  },
  read: (reader, names) => readItems(reader, anyEntry, names),
};
