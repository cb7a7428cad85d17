import { existsSync } from "node:fs";
import { mapArchive } from "@jarvis-crdt/archive";
import type { Uid } from "@jarvis-crdt/crdt";
import {
  type ArchiveDatabase,
  capturedTables,
  type LocalKey,
  RowWriter,
  readKey,
  StateReader,
  type Table,
} from "@jarvis-crdt/store-sqlite";
import { MigrateError } from "./migrate-error.ts";

/** Rows looked at together. */
const portion = 1_000;

/** Rows of one table that came from other nodes alone: no add of them is by this archive's own node. */
export interface RemoteRows {
  readonly table: string;
  readonly rows: number;
}

/**
 * Counts the rows that came from other nodes, as the state file tells. A row that this archive had as well when it was
 * adopted is its own.
 *
 * @throws MigrateError `no-state`
 */
export function countRemoteRows(db: ArchiveDatabase, path: string, state: string): readonly RemoteRows[] {
  return overRemoteRows(db, path, state, () => undefined);
}

/**
 * Deletes them, within the caller's write transaction; our triggers pass over that, the owner's do not.
 *
 * @throws MigrateError `no-state`
 */
export function deleteRemoteRows(db: ArchiveDatabase, path: string, state: string): void {
  const writers = new Map<Table, RowWriter>();
  db.exec("UPDATE crdt_marker SET applying=1");
  overRemoteRows(db, path, state, (table, key) => {
    const writer = writers.get(table) ?? new RowWriter(db, table);
    writers.set(table, writer);
    writer.delete(key);
  });
}

function overRemoteRows(
  db: ArchiveDatabase,
  path: string,
  state: string,
  visit: (table: Table, key: LocalKey) => void,
): readonly RemoteRows[] {
  const reader = openState(path, state);
  try {
    const { node } = reader;
    return replicatedTables(db).map((table) => {
      let rows = 0;
      if (node === undefined) return { table: table.mapping.name, rows };
      for (const { key, uid } of identified(db, table.id)) {
        if (!reader.isByOthers(table.mapping.name, uid, node)) continue;
        visit(table, key);
        rows++;
      }
      return { table: table.mapping.name, rows };
    });
  } finally {
    reader.close();
  }
}

/** The tables that the file's own list names; what was declared of them is of no matter here. */
function replicatedTables(db: ArchiveDatabase): readonly Table[] {
  const names = db.prepare("SELECT name FROM crdt_tables").pluck().all() as string[];
  const known = new Set(mapArchive(db).flatMap(({ name, kind }) => (kind === "local" ? [] : [name])));
  const others = names.filter((name) => !known.has(name));
  const tables = Object.fromEntries(others.map((name) => [name, {}]));
  return capturedTables(
    db,
    mapArchive(db, { tables }).filter(({ name }) => names.includes(name)),
  );
}

function* identified(
  db: ArchiveDatabase,
  table: number,
): Iterable<{ readonly key: LocalKey; readonly uid: Uid }> {
  const first = db.prepare("SELECT key,uid FROM crdt_rows WHERE tbl=? ORDER BY key LIMIT ?").raw();
  const next = db.prepare("SELECT key,uid FROM crdt_rows WHERE tbl=? AND key>? ORDER BY key LIMIT ?").raw();
  for (let last: bigint | string | undefined; ; ) {
    const found =
      last === undefined
        ? first.safeIntegers().all(table, portion)
        : next.safeIntegers().all(table, last, portion);
    const rows = found as [bigint | string, Uid][];
    for (const [key, uid] of rows) yield { key: readKey(key), uid };
    if (rows.length < portion) return;
    last = rows.at(-1)![0];
  }
}

function openState(path: string, state: string): StateReader {
  if (existsSync(state)) return new StateReader(state);
  throw new MigrateError(
    "no-state",
    `only the state file knows which rows of ${path} came from other nodes, and ${state} is not there; name it with --state, or roll back without --local-only.`,
  );
}
