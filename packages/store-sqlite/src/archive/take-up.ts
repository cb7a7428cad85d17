import type { TableMapping } from "../mapping.ts";
import { hasCapture, hasTable } from "./capture.ts";
import { renewCapture } from "./check.ts";
import type { ArchiveDatabase } from "./database.ts";

const left = "CREATE TABLE IF NOT EXISTS crdt_left(tbl INTEGER PRIMARY KEY)";

/**
 * Brings the capture to what the mapping asks for when a file is opened. Of a table that never replicated, or has not for
 * a while, nobody knows which rows are which: the marker is made such that RECONCILE finds out. `crdt_left` lists the
 * tables that were taken out; their numbers and identities stay.
 */
export function takeUpTables(db: ArchiveDatabase, mappings: readonly TableMapping[]): void {
  const known = hasCapture(db) ? knownTables(db) : undefined;
  const replicated = new Set(mappings.flatMap(({ kind, name }) => (kind === "local" ? [] : [name])));
  const here = [...replicated].filter((name) => hasTable(db, name));
  const away = known ? leftTables(db) : new Set<number>();
  // One that is not in the file at all was not taken out: its owner may just make it anew.
  const gone = [...(known ?? [])].filter(
    ([name, id]) => !replicated.has(name) && !away.has(id) && hasTable(db, name),
  );
  const back = here.flatMap((name) => {
    const id = known?.get(name);
    return id !== undefined && away.has(id) ? [id] : [];
  });
  const isNew = known !== undefined && here.some((name) => !known.has(name));
  if (gone.length === 0 && back.length === 0 && !isNew) {
    renewCapture(db, mappings);
    return;
  }
  db.transaction(() => {
    renewCapture(db, mappings);
    if (gone.length > 0) db.exec(left);
    for (const [, id] of gone) db.prepare("INSERT OR IGNORE INTO crdt_left(tbl)VALUES(?)").run(id);
    for (const id of back) {
      db.prepare("DELETE FROM crdt_left WHERE tbl=?").run(id);
      if (hasTable(db, "crdt_unchecked")) db.prepare("DELETE FROM crdt_unchecked WHERE tbl=?").run(id);
    }
    if (isNew || back.length > 0) db.exec("UPDATE crdt_marker SET nonce='tables were added'");
  }).immediate();
}

function knownTables(db: ArchiveDatabase): ReadonlyMap<string, number> {
  return new Map(db.prepare("SELECT name,id FROM crdt_tables").raw().all() as [string, number][]);
}

function leftTables(db: ArchiveDatabase): ReadonlySet<number> {
  if (!hasTable(db, "crdt_left")) return new Set();
  return new Set(db.prepare("SELECT tbl FROM crdt_left").pluck().all() as number[]);
}
