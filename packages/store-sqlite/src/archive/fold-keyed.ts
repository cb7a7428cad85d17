import type { Uid } from "@jarvis-crdt/crdt";
import { entryKind } from "./capture-sql.ts";
import type { EndedRow, Fold, FoldedRow } from "./fold.ts";
import { noKey } from "./natural-key.ts";
import type { Entry } from "./outbox.ts";

interface Seen {
  readonly uid: Uid;
  /** The state has shown it here, or was told of it. */
  known: boolean;
  present: boolean;
  /** An insert, a move or an adoption put the content there that is there now. */
  placed: "own" | "base" | undefined;
  renamed: boolean;
  isLost: boolean;
  groups: Set<string>;
  time: number;
  order: number;
}

/** An entry of a table whose key replicates. */
export type KeyedEntry = Entry & { readonly key: string; readonly was: string | null };

/**
 * Folds the entries of tables whose key replicates: the key says which row it is, so a change of the key is the end of
 * one row and the beginning of another, and whatever was deleted and inserted again is the same row with a new content.
 * Rows without a whole key stay local.
 *
 * `drained` and `identity` as for `foldOutbox`; `uidOf` gives the uid of a key. O(entries).
 */
export function foldKeyed(
  entries: readonly KeyedEntry[],
  drained: ReadonlySet<number>,
  identity: (table: number, key: string) => Uid | undefined,
  uidOf: (table: number, key: string) => Uid | undefined,
): Fold {
  const seen = new Map<string, Seen & { readonly table: number; readonly key: string }>();
  let unknown = 0;
  let keyless = 0;
  let settled = drained.size === 0;

  const at = (table: number, key: string) => {
    const name = `${table} ${key}`;
    const before = seen.get(name);
    if (before !== undefined) return before;
    const uid = uidOf(table, key);
    if (uid === undefined) return undefined;
    const known = identity(table, key) !== undefined;
    const groups = new Set<string>();
    const row = {
      order: -1,
      table,
      key,
      uid,
      known,
      present: known,
      placed: undefined,
      renamed: false,
      isLost: false,
      groups,
      time: 0,
    };
    seen.set(name, row);
    return row;
  };
  const place = (table: number, key: string, how: "own" | "base", time: number, order: number): void => {
    const row = at(table, key);
    if (row === undefined) keyless++;
    else Object.assign(row, { present: true, placed: how, groups: new Set<string>(), time, order });
  };
  const remove = (table: number, key: string, renamed: boolean, time: number): void => {
    const row = at(table, key);
    if (row !== undefined)
      Object.assign(row, { present: false, placed: undefined, renamed, isLost: false, time });
  };
  const lose = (table: number, key: string, time: number): void => {
    remove(table, key, false, time);
    Object.assign(at(table, key) ?? {}, { isLost: true });
  };
  const forgetWhatWasCommitted = (): void => {
    settled = true;
    unknown = 0;
    keyless = 0;
    for (const row of seen.values()) {
      Object.assign(row, { known: row.present, placed: undefined });
      row.groups.clear();
    }
  };

  for (const [order, { id, kind, table, key, was, group, time }] of entries.entries()) {
    if (!settled && !drained.has(id)) forgetWhatWasCommitted();
    if (kind === entryKind.insert) place(table, key, "own", time, order);
    else if (kind === entryKind.delete) remove(table, key, false, time);
    else if (kind === entryKind.lost) lose(table, key, time);
    else if (kind === entryKind.adopt) {
      // An adoption that meets what was inserted meanwhile comes too late.
      if (at(table, key)?.placed === undefined) place(table, key, "base", time, order);
    } else if (was !== null && was !== key) {
      if (was !== noKey) remove(table, was, true, time);
      place(table, key, "own", time, order);
    } else {
      const row = at(table, key);
      if (row === undefined) keyless++;
      else if (!row.present) unknown++;
      else {
        if (group !== null) row.groups.add(group);
        Object.assign(row, { time, order });
      }
    }
  }
  if (!settled) forgetWhatWasCommitted();

  const rows: (FoldedRow & { readonly order: number })[] = [];
  const ended: EndedRow[] = [];
  for (const {
    table,
    key,
    uid,
    known,
    present,
    placed,
    renamed,
    isLost,
    groups,
    time,
    order,
  } of seen.values()) {
    if (!present) {
      if (known) ended.push({ table, uid, time, renamed, isLost });
    } else if (placed !== undefined || groups.size > 0) {
      const replaces = known && placed === "own";
      rows.push({ table, key, uid, fresh: placed, replaces, groups, time, order });
    }
  }
  rows.sort((a, b) => a.order - b.order);
  const keys = [...seen.values()].map(({ table, key, uid, present }) => ({
    table,
    key,
    uid: present ? uid : undefined,
  }));
  return { rows, ended, keys, unknown, keyless };
}
