import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openArchiveDatabase } from "@jarvis-crdt/store-sqlite";
import { afterAll, beforeEach, expect, test, vi } from "vitest";
import { insertRow, makeNode, runOnce } from "../testing/one-node.ts";
import { inProcess } from "../testing/run.ts";

const root = mkdtempSync(join(tmpdir(), "scrub-"));
afterAll(() => rmSync(root, { recursive: true }));

let folders = 0;
let folder: string;
let config: string;
const at = (name: string) => join(folder, name);

/** Four rows, each of a batch of its own. */
beforeEach(async () => {
  folder = join(root, String(folders++));
  config = await makeNode(folder);
  for (const content of ["the second row", "the third row", "the fourth row"]) {
    insertRow(folder, content);
    runOnce(folder);
  }
});

async function scrub(...args: readonly string[]) {
  const { code, out, err } = await inProcess("scrub", "--config", config, "--json", ...args);
  expect(err).toBe("");
  return { code, document: JSON.parse(out) };
}

/** Changes one bit of a file where these bytes stand for the last time: the root of a single leaf is that leaf. */
function flip(name: string, bytes: Uint8Array): void {
  const file = readFileSync(at(name));
  const place = file.lastIndexOf(bytes);
  expect(place).toBeGreaterThan(0);
  file[place + (bytes.length >> 1)]! ^= 4;
  writeFileSync(at(name), file);
}

function query<T>(name: string, sql: string): T[] {
  const db = openArchiveDatabase(at(name), { readonly: true });
  try {
    return db.prepare<[], T>(sql).pluck().all();
  } finally {
    db.close();
  }
}

const contents = () => query<string>("archive.db", "SELECT content FROM archive_entries ORDER BY id");
const rows = ["c", "the second row", "the third row", "the fourth row"];

test("a log in order is in order", async () => {
  expect(await scrub()).toMatchObject({ code: 0, document: { batches: 4, operations: 4, damaged: [] } });
  expect((await inProcess("scrub", "--config", config)).out).toContain(
    "All are as their authors signed them.",
  );
});

test("a flipped byte in a body is found, and the log is kept up to there; no row is lost", async () => {
  flip("state.db", query<Buffer>("state.db", "SELECT body FROM crdt_batches ORDER BY first")[2]!);
  const found = await scrub();
  expect(found.code).toBe(1);
  expect(found.document.damaged[0]).toMatchObject({ first: 3 });
  const repaired = await scrub("--repair", "--yes");
  expect(repaired).toMatchObject({
    code: 0,
    document: { rebuilt: { merged: { operations: 2 }, lost: [] }, reconciled: { matched: 2, leftovers: 2 } },
  });
  expect(existsSync(repaired.document.rebuilt.setAside)).toBe(true);
  expect(await scrub()).toMatchObject({ code: 0, document: { batches: 2, damaged: [] } });
  expect(contents()).toEqual(rows);
});

test("a flipped byte in a header or in the hashes that the digest is made of is found", async () => {
  const header = query<Buffer>("state.db", "SELECT header FROM crdt_batches ORDER BY first")[1]!;
  flip("state.db", header);
  expect((await scrub()).document.damaged.length).toBeGreaterThan(0);
  flip("state.db", Buffer.from(header.map((byte, i) => (i === header.length >> 1 ? byte ^ 4 : byte))));
  expect((await scrub()).code).toBe(0);
  flip("state.db", query<Buffer>("state.db", "SELECT leaves FROM crdt_batches ORDER BY first")[1]!);
  expect((await scrub()).document.damaged).toMatchObject([{ first: 2, reason: "bad-leaves" }]);
  await scrub("--repair", "--yes");
  expect(await scrub()).toMatchObject({ code: 0, document: { batches: 4 } });
});

test("a flipped byte in a row of the archive is put right from the log, and what stood there is kept", async () => {
  flip("archive.db", Buffer.from("the third row"));
  expect(contents()).not.toEqual(rows);
  expect(await scrub("--repair", "--yes")).toMatchObject({
    code: 0,
    document: { rebuilt: null, reconciled: { matched: 4, conflicts: 1, leftovers: 0 } },
  });
  expect(contents()).toEqual(rows);
  expect(query("state.db", "SELECT conflict_type FROM conflict_log")).toEqual(["archive-value"]);
});

/** A column with another byte at a place, whatever stands there; from 1. */
const flipped = (column: string, place: number) =>
  `CAST(substr(${column}, 1, ${place - 1}) || CASE substr(${column}, ${place}, 1) WHEN x'00' THEN x'01' ELSE x'00' END || substr(${column}, ${place + 1}) AS BLOB)`;

/** Damage that no signature tells of. */
const beside = {
  "a cell is gone": "DELETE FROM crdt_cells WHERE seq = 2",
  "a cell names another operation": "UPDATE crdt_cells SET seq = seq + 1 WHERE seq = 2",
  "a cell has another key": `UPDATE crdt_cells SET key = ${flipped("key", 1)} WHERE seq = 2`,
  "a cell names a log that is not there": "UPDATE crdt_cells SET log = 77 WHERE seq = 2",
  "the digest says otherwise": `UPDATE crdt_digests SET body = ${flipped("body", 1)}`,
  "cells are not counted": "UPDATE crdt_objects SET cells = cells + 1 WHERE name = 'archive_entries'",
  "a group is of no schema": "UPDATE crdt_objects SET groups = replace(groups, 'verif', 'verig')",
  "a schema is not its id's": `UPDATE crdt_schemas SET bytes = ${flipped("bytes", 21)}`,
  "an index is defined otherwise":
    "DROP INDEX crdt_todo_row; CREATE INDEX crdt_todo_row ON crdt_todo(object, key) WHERE key IS NULL",
  "a batch has another count": "UPDATE crdt_batches SET count = 2 WHERE first = 2",
};

test("what stands beside the log is compared with it, and made anew", async () => {
  expect(await scrub()).toMatchObject({ code: 0, document: { cells: "sound" } });
  const sound = readFileSync(at("state.db"));
  const damage = (sql: string) => {
    writeFileSync(at("state.db"), sound);
    const db = openArchiveDatabase(at("state.db"));
    db.exec(sql);
    db.close();
  };
  for (const [what, sql] of Object.entries(beside)) {
    damage(sql);
    expect(await scrub(), what).toMatchObject({ code: 1, document: { damaged: [], cells: "differ" } });
  }
  expect((await inProcess("scrub", "--config", config)).out).toContain("are not what was written");
  damage(`${beside["a cell is gone"]};${beside["a schema is not its id's"]}`);
  const { document } = await scrub("--repair", "--yes");
  expect(document.reconciled).toMatchObject({ matched: 4, leftovers: 0 });
  runOnce(folder);
  expect(await scrub()).toMatchObject({ code: 0, document: { cells: "sound" } });
  expect(contents()).toEqual(rows);
});

test("a state can be made anew twice within a second, and both that were there are kept", async () => {
  using _clock = vi.spyOn(Date, "now").mockReturnValue(Date.now());
  const [first, second] = [
    await scrub("--repair", "--rebuild", "--yes"),
    await scrub("--repair", "--rebuild", "--yes"),
  ];
  expect(first.code + second.code).toBe(0);
  const kept = [first, second].map(({ document }) => document.rebuilt.setAside as string);
  expect(new Set(kept).size).toBe(2);
  expect(kept.map((file) => existsSync(file))).toEqual([true, true]);
  expect(contents()).toEqual(rows);
});

test("a certificate in which a byte flipped says nothing, and costs nothing", async () => {
  const db = openArchiveDatabase(at("state.db"));
  db.exec(`UPDATE crdt_certificates SET der = ${flipped("der", 100)}`);
  db.close();
  expect(await scrub()).toMatchObject({
    code: 1,
    document: { damaged: [{ reason: "unknown-author" }, {}, {}, {}] },
  });
  const { document } = await scrub("--repair", "--yes");
  expect(document).toMatchObject({
    rebuilt: { merged: { operations: 4, refused: [] } },
    reconciled: { matched: 4, leftovers: 0 },
  });
  expect(await scrub()).toMatchObject({ code: 0, document: { damaged: [] } });
  expect(contents()).toEqual(rows);
});

test("where the digest lags behind, the cells are not compared, and that is said", async () => {
  const db = openArchiveDatabase(at("state.db"));
  db.exec("INSERT INTO crdt_undigested(log, first) VALUES (1, 1)");
  db.close();
  expect(await scrub()).toMatchObject({ code: 0, document: { cells: "unknown" } });
  const { document } = await scrub("--repair", "--rebuild", "--yes");
  expect(document.reconciled).toMatchObject({ matched: 4, leftovers: 0 });
});
