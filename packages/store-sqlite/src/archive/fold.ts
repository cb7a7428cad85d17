import type { Uid } from "@jarvis-crdt/crdt";
import { uidOfInsert } from "../uid.ts";
import { entryKind } from "./capture-sql.ts";
import type { LocalKey } from "./local-key.ts";
import type { Entry } from "./outbox.ts";

/** A row that the application left in place with something to report. */
export interface FoldedRow {
  readonly table: number;
  readonly key: LocalKey;
  readonly uid: Uid;
  /** It is new to the state: `own` was inserted here, `base` comes from an adoption. */
  readonly fresh: "own" | "base" | undefined;
  /** It takes the place of a row with the same uid. */
  readonly replaces?: boolean;
  /** Groups that changed; for a base row those that changed after its adoption. */
  readonly groups: ReadonlySet<string>;
  /** When it last changed, in Unix milliseconds. */
  readonly time: number;
}

/** A row whose identity ended: deleted, or replaced by an insert under its key. */
export interface EndedRow {
  readonly table: number;
  readonly uid: Uid;
  readonly time: number;
  /** It was not deleted: its key, which says which row it is, was changed. */
  readonly renamed?: boolean;
  /** Nobody saw the application delete it, so it is not removed anywhere else. */
  readonly isLost?: boolean;
}

export interface Fold {
  /** In the order of their last change. */
  readonly rows: readonly FoldedRow[];
  /** In the order of their end. */
  readonly ended: readonly EndedRow[];
  /** What each touched key is from now on; undefined: nothing. */
  readonly keys: readonly { readonly table: number; readonly key: LocalKey; readonly uid: Uid | undefined }[];
  /** Updates of rows that have no identity yet: an adoption will find them. */
  readonly unknown: number;
  /** Writes to rows without a whole key, in tables whose key replicates: they stay local. */
  readonly keyless: number;
}

interface Live {
  readonly uid: Uid;
  fresh: "own" | "base" | undefined;
  groups: Set<string>;
  time: number;
  order: number;
}

/**
 * Folds the outbox per key: a delete ends an identity, an insert on a known key ends it too (REPLACE fires no delete
 * trigger), the content is what the snapshot holds, insert and delete within one drain leave nothing, and a change of
 * the key carries the identity along.
 *
 * `drained` entries were committed to the state by a drain whose end in this file was lost: they come first, and only
 * tell who is who. `identity` reads `crdt_rows`. O(entries).
 */
export function foldOutbox(
  entries: readonly Entry[],
  drained: ReadonlySet<number>,
  identity: (table: number, key: LocalKey) => Uid | undefined,
): Fold {
  const tables = new Map<number, Map<LocalKey, Live | undefined>>();
  const ended: EndedRow[] = [];
  let unknown = 0;
  let settled = drained.size === 0;

  const at = (table: number, key: LocalKey): Live | undefined => {
    const keys = keysOf(table);
    if (keys.has(key)) return keys.get(key);
    const uid = identity(table, key);
    const live = uid && { uid, fresh: undefined, groups: new Set<string>(), time: 0, order: -1 };
    keys.set(key, live);
    return live;
  };
  const keysOf = (table: number): Map<LocalKey, Live | undefined> => {
    let keys = tables.get(table);
    if (keys === undefined) {
      keys = new Map();
      tables.set(table, keys);
    }
    return keys;
  };
  const end = (table: number, live: Live | undefined, time: number, isLost = false): void => {
    // An adopted row may come from another node under the same uid.
    if (live !== undefined && live.fresh !== "own") ended.push({ table, uid: live.uid, time, isLost });
  };
  const forgetWhatWasCommitted = (): void => {
    settled = true;
    ended.length = 0;
    unknown = 0;
    for (const keys of tables.values()) {
      for (const live of keys.values()) {
        if (live === undefined) continue;
        live.fresh = undefined;
        live.groups.clear();
      }
    }
  };

  for (const [order, entry] of entries.entries()) {
    const { table, key, time } = entry;
    if (!settled && !drained.has(entry.id)) forgetWhatWasCommitted();
    const keys = keysOf(table);
    const live = at(table, key);
    switch (entry.kind) {
      case entryKind.insert:
        end(table, live, time);
        keys.set(key, {
          uid: uidOfInsert(time, entry.token),
          fresh: "own",
          groups: new Set(),
          time,
          order,
        });
        break;
      case entryKind.adopt:
        if (live === undefined)
          keys.set(key, { uid: entry.token, fresh: "base", groups: new Set(), time, order });
        break;
      case entryKind.delete:
      case entryKind.lost:
        end(table, live, time, entry.kind === entryKind.lost);
        keys.set(key, undefined);
        break;
      case entryKind.update: {
        const moved = entry.was !== null && entry.was !== key ? at(table, entry.was) : undefined;
        if (moved !== undefined) {
          end(table, live, time);
          keys.set(entry.was!, undefined);
          keys.set(key, moved);
        }
        const target = moved ?? live;
        if (target === undefined) {
          unknown++;
          break;
        }
        if (entry.group !== null) target.groups.add(entry.group);
        target.time = time;
        target.order = order;
        break;
      }
    }
  }
  if (!settled) forgetWhatWasCommitted();

  const touched = [...tables].flatMap(([table, keys]) =>
    [...keys].map(([key, live]) => ({ table, key, live })),
  );
  const reported = touched.flatMap(({ table, key, live }) =>
    live !== undefined && (live.fresh !== undefined || live.groups.size > 0) ? [{ ...live, table, key }] : [],
  );
  reported.sort((a, b) => a.order - b.order);
  return {
    rows: reported,
    ended,
    keys: touched.map(({ table, key, live }) => ({ table, key, uid: live?.uid })),
    unknown,
    keyless: 0,
  };
}
