import type { Hasher } from "@jarvis-crdt/batch";
import type { Uid } from "@jarvis-crdt/crdt";
import { type Fold, foldOutbox } from "./fold.ts";
import { foldKeyed, type KeyedEntry } from "./fold-keyed.ts";
import type { LocalKey } from "./local-key.ts";
import type { Entry } from "./outbox.ts";
import type { Table } from "./table.ts";

export interface FoldContext {
  /** A replicated table by its number. */
  readonly tableOf: (id: number) => Table | undefined;
  readonly identity: (table: number, key: LocalKey) => Uid | undefined;
  readonly hasher: Hasher;
}

/** Folds the outbox, each entry as the keys of its table ask for; entries of other tables are passed over. */
export function foldEntries(
  entries: readonly Entry[],
  drained: ReadonlySet<number>,
  { tableOf, identity, hasher }: FoldContext,
): Fold {
  const numbered: Entry[] = [];
  const keyed: KeyedEntry[] = [];
  for (const entry of entries) {
    const table = tableOf(entry.table);
    if (table === undefined) continue;
    if (isKeyed(entry)) {
      if (table.naturalKey !== undefined) keyed.push(entry);
    } else if (table.naturalKey === undefined) numbered.push(entry);
  }
  const fold = foldOutbox(numbered, drained, identity);
  if (keyed.length === 0) return fold;
  const uidOf = (id: number, key: string): Uid | undefined => {
    const { naturalKey, mapping } = tableOf(id)!;
    return naturalKey?.fits(key) ? naturalKey.uid(hasher, mapping.name, key) : undefined;
  };
  const other = foldKeyed(keyed, drained, identity, uidOf);
  return {
    rows: [...fold.rows, ...other.rows],
    ended: [...fold.ended, ...other.ended],
    keys: [...fold.keys, ...other.keys],
    unknown: fold.unknown + other.unknown,
    keyless: other.keyless,
  };
}

function isKeyed(entry: Entry): entry is KeyedEntry {
  return typeof entry.key === "string";
}
