import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mapArchive } from "@jarvis-crdt/archive";
import { testCrypto } from "@jarvis-crdt/batch/testing";
import {
  type ArchiveDatabase,
  ArchiveFile,
  columnsOf,
  openArchiveDatabase,
  quote,
  StateFile,
  schemaOf,
} from "@jarvis-crdt/store-sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { applyAdoption } from "./apply-adoption.ts";

const fixtures = join(import.meta.dirname, "../../../../shared/fixtures");
const crypto = testCrypto(1);
const node = "00000000-0000-4000-8000-000000000001";
const now = () => 1_800_000_000_000;
const random = (bytes: number) => new Uint8Array(bytes).fill(9);

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

/** Opens state and archive as `jarvisd` does, and lets the archive come to rest. */
function firstStart(mappings: ReturnType<typeof mapArchive>) {
  const state = new StateFile({
    ...crypto,
    path: join(folder, "state.db"),
    node,
    cluster: new Uint8Array(16),
    now,
    random,
    schema: schemaOf(mappings),
    durability: "normal",
  });
  const file = ArchiveFile.open({ path, mappings, state, node, now, random });
  let captured = 0;
  for (;;) {
    const exchange = file.exchange();
    if (exchange.outcome !== "done") break;
    captured += exchange.captured;
    expect(exchange.refused).toBe(0);
  }
  return { state, file, captured };
}

describe.skipIf(!existsSync(fixtures))("the first start after an adoption", () => {
  it.each([
    ["jarvis-v0.2-small.db", 2_815],
    ["jarvis-nasty-no-version.db", 517],
  ])("signs every row of %s and changes none", async (name, rows) => {
    copyFileSync(join(fixtures, name), path);
    const before = read(contents);
    await applyAdoption({ path, hash: crypto.hasher.hash, now });
    const { state, file, captured } = firstStart(read(mapArchive));
    expect(captured).toBe(rows);
    expect(state.counts()).toMatchObject({ rows, operations: rows, conflicts: 0 });
    expect(read(contents)).toEqual(before);
    const stamps = read((db) =>
      db
        .prepare("SELECT DISTINCT crdt_node_id,crdt_logical_time,crdt_metadata FROM archive_entries")
        .raw()
        .all(),
    );
    expect(stamps).toEqual([[node, 0, '{"adopted":true}']]);
    file.close();
    state.close();
  });
});
