import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { generateArchive, logicalDump } from "@jarvis-crdt/fixtures";
import { type ArchiveDatabase, Lock, openArchiveDatabase } from "@jarvis-crdt/store-sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { applyAdoption } from "./apply-adoption.ts";
import { applyRollback } from "./apply-rollback.ts";
import { planRollback } from "./plan-rollback.ts";
import { crypto } from "./testing/first-start.ts";

const fixtures = join(import.meta.dirname, "../../../../shared/fixtures");
const now = () => 1_800_000_000_000;
const { hash } = crypto.hasher;

let folder: string;
let path: string;
let state: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rollback-"));
  path = join(folder, "archive.db");
  state = join(folder, "crdt_state.db");
});
afterEach(() => rmSync(folder, { recursive: true }));

const adopt = () => applyAdoption({ path, hash, now });
const rollBack = () => applyRollback({ path, state, now });

function write<T>(use: (db: ArchiveDatabase) => T): T {
  const db = openArchiveDatabase(path);
  try {
    return use(db);
  } finally {
    db.close();
  }
}

const legacy = (rows = 200, at = path) => generateArchive({ path: at, rows, seed: 3 });

it("leaves a file that reads as before, to the byte of its schema", async () => {
  legacy();
  const before = logicalDump(path);
  await adopt();
  expect(logicalDump(path)).not.toEqual(before);
  const { backup, plan } = await rollBack();
  expect(plan).toMatchObject({ state: "adopted", node: null, remote: 0, unsent: 0 });
  expect(logicalDump(path)).toEqual(before);
  expect(existsSync(backup!.path)).toBe(true);
});

it("keeps what the assistant wrote, changed and deleted since", async () => {
  legacy();
  const twin = join(folder, "twin.db");
  copyFileSync(path, twin);
  await adopt();
  const work = (db: ArchiveDatabase) => {
    db.exec(`INSERT INTO archive_entries(timestamp,data_type,content,source,operation,content_hash,metadata,created_at)
      VALUES('2026','input','later','test','memory_store','h','{}','2026')`);
    db.exec("UPDATE archive_entries SET verification_status='verified',program_version='9' WHERE id%3=0");
    db.exec("DELETE FROM archive_entries WHERE id%7=0");
    db.exec("DELETE FROM verification_queue WHERE id%2=0");
  };
  write(work);
  expect(planRollback(path, state).unsent).toBeGreaterThan(0);
  await rollBack();
  const unadopted = openArchiveDatabase(twin);
  work(unadopted);
  unadopted.close();
  expect(logicalDump(path)).toEqual(logicalDump(twin));
});

it("leaves no seventh of our columns behind for a column that the assistant adds", async () => {
  legacy(50);
  await adopt();
  write((db) => db.exec("UPDATE archive_entries SET crdt_type='x',crdt_node_id='y',crdt_metadata='z'"));
  await rollBack();
  write((db) => db.exec("ALTER TABLE archive_entries ADD COLUMN later TEXT DEFAULT 'fresh'"));
  expect(write((db) => db.prepare("SELECT DISTINCT later FROM archive_entries").pluck().all())).toEqual([
    "fresh",
  ]);
});

it("takes our columns out also where the assistant added one behind them", async () => {
  legacy(50);
  const twin = join(folder, "twin.db");
  copyFileSync(path, twin);
  await adopt();
  const work = (db: ArchiveDatabase) => {
    db.exec("ALTER TABLE archive_entries ADD COLUMN later TEXT DEFAULT 'fresh'");
    db.exec("UPDATE archive_entries SET later='changed' WHERE id%2=0");
  };
  write(work);
  await rollBack();
  const unadopted = openArchiveDatabase(twin);
  work(unadopted);
  unadopted.close();
  expect(logicalDump(path)).toEqual(logicalDump(twin));
});

it("keeps the owner's views and triggers to the byte, however they are quoted", async () => {
  legacy(20);
  const sqlite = openArchiveDatabase(path);
  sqlite.unsafeMode(true);
  sqlite.exec("CREATE VIEW sound AS SELECT id,operation FROM archive_entries");
  sqlite.pragma("writable_schema=ON");
  // Texts in double quotes, as every SQLite but the strict ones takes them, and a view of a table that is gone.
  const odd = sqlite.prepare("INSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql)VALUES(?,?,?,0,?)");
  odd.run(
    "trigger",
    "loud",
    "verification_queue",
    'CREATE TRIGGER loud AFTER DELETE ON verification_queue BEGIN SELECT "a text"; END',
  );
  odd.run(
    "view",
    "quoted",
    "quoted",
    'CREATE VIEW quoted AS SELECT "no column" AS x, id FROM archive_entries',
  );
  odd.run("view", "broken", "broken", "CREATE VIEW broken AS SELECT * FROM gone");
  sqlite.close();
  const before = logicalDump(path);
  await adopt();
  await rollBack();
  expect(logicalDump(path)).toEqual(before);
});

it("refuses while something of the owner depends on ours, and changes nothing", async () => {
  legacy(20);
  await adopt();
  write((db) => db.exec("CREATE VIEW mine AS SELECT crdt_node_id FROM archive_entries"));
  const before = readFileSync(path);
  await expect(rollBack()).rejects.toMatchObject({ code: "depends-on-us", message: /"mine".*drop it/ });
  expect(readFileSync(path)).toEqual(before);
});

it("refuses while jarvisd runs, and changes nothing", async () => {
  legacy(20);
  await adopt();
  writeFileSync(state, "");
  const before = readFileSync(path);
  const running = Lock.take(`${state}.lock`)!;
  expect(() => planRollback(path, state)).toThrow(expect.objectContaining({ code: "in-use" }));
  await expect(rollBack()).rejects.toMatchObject({ code: "in-use" });
  running.release();
  expect(readFileSync(path)).toEqual(before);
  await rollBack();
});

it("moves state file and fence aside, also if only that was left to do", async () => {
  legacy(20);
  await adopt();
  writeFileSync(state, "a state");
  writeFileSync(join(folder, "fence"), "clean");
  const { setAside } = await rollBack();
  expect(setAside.map((file) => readFileSync(file, "utf8"))).toEqual(["clean", "a state"]);
  expect(readdirSync(folder).sort()).toEqual(["archive.db", "crdt_backups"]);

  const before = readFileSync(path);
  writeFileSync(state, "another");
  const again = await rollBack();
  expect(again).toMatchObject({ backup: undefined, plan: { state: "legacy" } });
  expect(again.setAside).toHaveLength(1);
  expect([...setAside, ...again.setAside].map((file) => readFileSync(file, "utf8"))).toEqual([
    "clean",
    "a state",
    "another",
  ]);
  expect(readFileSync(path)).toEqual(before);
});

it("says what the owner has changed since", async () => {
  legacy(20);
  await adopt();
  write((db) => db.exec("DROP INDEX idx_source; PRAGMA user_version=3"));
  expect((await rollBack()).schema).toEqual(["user_version was 0 and is 3", 'index "idx_source" is gone']);
});

it("leaves an archive that was made from an empty file as the assistant would have made it", async () => {
  writeFileSync(path, "");
  await adopt();
  await rollBack();
  const { schema } = logicalDump(path);
  legacy(0, join(folder, "fresh.db"));
  expect(schema.map(([, name]) => name).sort()).toEqual(
    logicalDump(join(folder, "fresh.db"))
      .schema.map(([, name]) => name)
      .sort(),
  );
});

it("can be adopted and rolled back again", async () => {
  legacy(50);
  const before = logicalDump(path);
  for (let round = 0; round < 3; round++) {
    expect((await applyAdoption({ path, hash, now: () => now() + round * 1000 })).rows).toBe(75);
    await applyRollback({ path, state, now: () => now() + round * 1000 });
    expect(logicalDump(path)).toEqual(before);
  }
});

describe.skipIf(!existsSync(fixtures))("real files", () => {
  it.each([
    "jarvis-v0.2-small.db",
    "jarvis-plan-schema-small.db",
    "jarvis-nasty-no-version.db",
    "jarvis-v0.2-real.db.gz",
  ])("%s is what it was", async (name) => {
    const file = readFileSync(join(fixtures, name));
    writeFileSync(path, name.endsWith(".gz") ? gunzipSync(file) : file);
    const before = logicalDump(path);
    await adopt();
    await rollBack();
    expect(logicalDump(path)).toEqual(before);
  });
});
