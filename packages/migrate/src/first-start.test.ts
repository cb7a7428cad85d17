import { chmodSync, copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ArchiveDatabase, columnsOf, openArchiveDatabase, quote } from "@jarvis-crdt/store-sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { applyAdoption } from "./apply-adoption.ts";
import { crypto, node, now, startNode } from "./testing/first-start.ts";

const fixtures = join(import.meta.dirname, "../../../../shared/fixtures");

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "first-start-"));
  path = join(folder, "archive.db");
});
afterEach(() => rmSync(folder, { recursive: true }));

function read<T>(query: (db: ArchiveDatabase) => T): T {
  const db = openArchiveDatabase(path);
  try {
    return query(db);
  } finally {
    db.close();
  }
}

/** Every column that a table had, to the byte. */
function contents(db: ArchiveDatabase): unknown {
  return ["archive_entries", "agent_activities"].map((table) => {
    const columns = columnsOf(db, table).filter(({ name }) => !name.startsWith("crdt_"));
    const exact = columns.map(({ name }) => `typeof(${quote(name)}),hex(${quote(name)})`);
    return db
      .prepare(`SELECT ${exact.join(",")} FROM ${quote(table)} ORDER BY 2`)
      .raw()
      .all();
  });
}

describe.skipIf(!existsSync(fixtures))("the first start after an adoption", () => {
  it.each([
    ["jarvis-v0.2-small.db", 2_815, 2_815],
    // Two of its values have a million characters.
    ["jarvis-nasty-no-version.db", 517, 551],
  ])("signs every row of %s and changes none", async (name, rows, operations) => {
    copyFileSync(join(fixtures, name), path);
    chmodSync(path, 0o644);
    const before = read(contents);
    await applyAdoption({ path, hash: crypto.hasher.hash, now });
    const started = startNode(path);
    expect(started.rest()).toBe(rows);
    expect(started.state.counts()).toMatchObject({ rows, operations, conflicts: 0 });
    expect(read(contents)).toEqual(before);
    const stamps = read((db) =>
      db
        .prepare("SELECT DISTINCT crdt_node_id,crdt_logical_time,crdt_metadata FROM archive_entries")
        .raw()
        .all(),
    );
    expect(stamps).toEqual([[node, 0, '{"adopted":true}']]);
    started.close();
  });
});
