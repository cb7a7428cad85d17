import { GrowLog, hlcTime, nodeOf, type RegisterEntry, type Value } from "@jarvis-crdt/crdt";
import { oneValue } from "../arguments.ts";
import type { Kind } from "../kind.ts";

export const growLog: Kind = {
  summary: "what is appended stays, in the order of time",
  value: async (bases, access) => {
    const log = new GrowLog<Value>(access.node);
    for (const base of bases) {
      for (const { entries } of await access.cells("keyed", base)) {
        log.merge(entries as readonly RegisterEntry<Value>[]);
      }
    }
    return log.entries().map(({ dot, stamp, value }) => ({
      at: stamp === "base" ? 0 : hlcTime(stamp),
      node: nodeOf(dot.log),
      value,
    }));
  },
  operations: {
    append: {
      usage: "VALUE",
      plan: ([object], values) => [{ kind: "keyed.append", object, value: oneValue(values, "value") }],
    },
  },
};
