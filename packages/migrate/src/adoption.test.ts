import { createHash } from "node:crypto";
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
import { archiveSchema } from "@jarvis-crdt/archive";
import { type ArchiveDatabase, hasCapture, isAdopting, openArchiveDatabase } from "@jarvis-crdt/store-sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type AdoptionOptions, applyAdoption } from "./apply-adoption.ts";
import { planAdoption } from "./plan-adoption.ts";
import { crypto } from "./testing/first-start.ts";

const fixtures = join(import.meta.dirname, "../../../../shared/fixtures");

const { hash } = crypto.hasher;

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "adopt-"));
  path = join(folder, "archive.db");
});
afterEach(() => rmSync(folder, { recursive: true }));

const apply = (more: Partial<AdoptionOptions> = {}) =>
  applyAdoption({ path, hash, now: () => 1_800_000_000_000, ...more });

const insert = `INSERT INTO archive_entries(timestamp,data_type,content,source,operation,content_hash,metadata)
  VALUES(?,'input',?,'test','memory_store','hash','{}')`;

/** A legacy archive of `rows` entries, among them equal ones. */
function legacy(rows: number, at = path): void {
  const db = openArchiveDatabase(at, { create: true });
  db.exec(archiveSchema);
  db.transaction(() => {
    for (let n = 0; n < rows; n++) db.prepare(insert).run(`t${n % 7}`, `content ${n % 5}`);
  })();
  db.exec("UPDATE archive_entries SET created_at='2025-06-01'");
  db.exec(
    "INSERT INTO agent_activities(agent_id,activity_type,description,timestamp) VALUES('a','b','c','d')",
  );
  db.close();
}

function read<T>(query: (db: ArchiveDatabase) => T, at = path): T {
  const db = openArchiveDatabase(at);
  try {
    return query(db);
  } finally {
    db.close();
  }
}

const marks = (db: ArchiveDatabase) =>
  db.prepare("SELECT tbl,key,hex(token) FROM crdt_outbox WHERE kind=4 ORDER BY tbl,key").raw().all() as [
    number,
    number,
    string,
  ][];

it("plans without changing a byte", () => {
  legacy(20);
  const before = readFileSync(path);
  const plan = planAdoption({ path });
  expect(plan).toMatchObject({ state: "legacy", rows: 21, journalMode: "delete", foreignTriggers: [] });
  expect(plan.steps).toHaveLength(3);
  expect(plan.tables).toContainEqual({ name: "verification_queue", kind: "local", rows: 0 });
  expect(readFileSync(path)).toEqual(before);
  expect(readdirSync(folder)).toEqual(["archive.db"]);
});

it("marks every row once, with distinct uids, and does nothing the second time", async () => {
  legacy(50);
  const result = await apply({ batchSize: 7 });
  expect(result.rows).toBe(51);
  const first = read(marks);
  expect(first).toHaveLength(51);
  expect(new Set(first.map(([, , token]) => token)).size).toBe(51);
  expect(read(isAdopting)).toBe(false);
  expect(await apply()).toMatchObject({ rows: 0, backup: undefined, plan: { state: "adopted" } });
  expect(read(marks)).toEqual(first);
  expect(read((db) => db.pragma("journal_mode", { simple: true }))).toBe("delete");
});

it("keeps a backup that is the file, with its checksum", async () => {
  legacy(20);
  const content = read((db) => db.prepare("SELECT * FROM archive_entries").all());
  const { backup } = await apply();
  const bytes = readFileSync(backup!.path);
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(backup!.sha256);
  expect(readFileSync(`${backup!.path}.sha256`, "utf8")).toContain(backup!.sha256);
  expect(read((db) => db.prepare("SELECT * FROM archive_entries").all(), backup!.path)).toEqual(content);
  expect(read(hasCapture, backup!.path)).toBe(false);
});

it("gives one file adopted on two machines the same rows, whatever was verified meanwhile and whatever the ids are", async () => {
  legacy(30);
  const copy = join(folder, "copy.db");
  copyFileSync(path, copy);
  read((db) => {
    db.exec("UPDATE archive_entries SET verification_status='verified', program_version='9' WHERE id=3");
    db.exec("UPDATE archive_entries SET id=1000 WHERE id=4");
  }, copy);
  await apply();
  await apply({ path: copy });
  const tokens = (at: string) => read(marks, at).map(([, , token]) => token);
  expect(tokens(copy).sort()).toEqual(tokens(path).sort());
});

it("goes on after a kill at any batch, with the uids of an uninterrupted run", async () => {
  legacy(40);
  const copy = join(folder, "copy.db");
  copyFileSync(path, copy);
  await apply({ path: copy });
  let left = 3;
  for (;;) {
    const stop = () => Promise.reject(new Error("killed"));
    const go = () => Promise.resolve();
    try {
      const count = { n: 0 };
      const result = await apply({
        batchSize: 6,
        pause: () => (left > 0 && ++count.n === 2 ? stop() : go()),
      });
      expect(result.backup).toBeUndefined();
      break;
    } catch (error) {
      expect(String(error)).toContain("killed");
      expect(planAdoption({ path }).state).toBe("interrupted");
      left--;
    }
  }
  expect(read(marks)).toEqual(read(marks, copy));
});

it("passes over what the assistant inserts meanwhile and follows what it moves", async () => {
  legacy(40);
  const app = openArchiveDatabase(path, { busyMs: 0 });
  let turn = 0;
  await apply({
    batchSize: 10,
    pause: async () => {
      if (turn++ !== 1) return;
      app.prepare(insert).run("now", "inserted meanwhile");
      app.exec("UPDATE archive_entries SET id=500 WHERE id=1");
      app.exec("UPDATE archive_entries SET id=501 WHERE id=39");
      app.exec("DELETE FROM archive_entries WHERE id=38");
    },
  });
  app.close();
  const keys = read(marks).flatMap(([tbl, key]) => (tbl === 2 || tbl === 3 ? [key] : []));
  expect(keys).toContain(1);
  expect(keys).toContain(501);
  expect(keys).not.toContain(500);
  expect(keys).not.toContain(38);
  expect(keys).not.toContain(41);
  expect(keys).toHaveLength(39);
});

it("refuses what it cannot adopt, with a code and a sentence, and leaves it unchanged", async () => {
  const refused = async (code: string) => {
    const before = existsSync(path) ? readFileSync(path) : undefined;
    expect(() => planAdoption({ path })).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(/\.$/) }),
    );
    await expect(apply()).rejects.toMatchObject({ code });
    if (before !== undefined) expect(readFileSync(path)).toEqual(before);
    expect(readdirSync(folder).filter((name) => name !== "archive.db")).toEqual([]);
  };
  await refused("missing");
  writeFileSync(path, "SQLite is not what this is. ".repeat(100));
  await refused("not-sqlite");
  rmSync(path);
  legacy(2_000);
  const whole = readFileSync(path);
  writeFileSync(path, whole.subarray(0, whole.length / 2));
  await refused("damaged");
  writeFileSync(path, Buffer.from(whole).fill(0x55, 3 * 4096, 6 * 4096));
  await refused("damaged");
  rmSync(path);
  read(
    (db) => db.exec("PRAGMA encoding='UTF-16le'; CREATE TABLE archive_entries(id INTEGER PRIMARY KEY)"),
    create(),
  );
  await refused("unsupported");
  rmSync(path);
  read((db) => db.exec("CREATE TABLE other(id INTEGER PRIMARY KEY)"), create());
  await refused("unsupported");

  function create(): string {
    openArchiveDatabase(path, { create: true }).close();
    return path;
  }
});

it("has in its backup what was written while it was being made", async () => {
  legacy(4_000);
  const app = openArchiveDatabase(path, { busyMs: 0 });
  let wrote = 0;
  let refused = 0;
  const { backup, rows } = await apply({
    onProgress: ({ step }) => {
      if (step !== "back up") return;
      try {
        app.prepare(insert).run("meanwhile", "");
        wrote++;
      } catch {
        refused++;
      }
    },
  });
  app.close();
  // Whenever it was overtaken it began anew; in the end the assistant had to wait.
  expect(wrote).toBeGreaterThan(1);
  expect(refused).toBe(1);
  const entries = (at: string) =>
    read((db) => db.prepare("SELECT count(*) FROM archive_entries").pluck().get(), at);
  expect(entries(backup!.path)).toBe(4_000 + wrote);
  expect(rows).toBe(4_001 + wrote);
  expect(readdirSync(join(folder, "crdt_backups"))).toHaveLength(2);
});

it("stops between two transactions when asked, and goes on", async () => {
  legacy(40);
  const stop = new AbortController();
  const first = apply({
    batchSize: 10,
    signal: stop.signal,
    onProgress: ({ step, done }) => step === "mark" && done > 20 && stop.abort(),
  });
  await expect(first).rejects.toMatchObject({
    code: "interrupted",
    message: expect.stringContaining("goes on"),
  });
  expect(planAdoption({ path }).state).toBe("interrupted");
  expect((await apply()).rows).toBe(20);
});

it("marks rows under the smallest and the largest key", async () => {
  legacy(3);
  read((db) => {
    db.exec("UPDATE archive_entries SET id=-9223372036854775808 WHERE id=1");
    db.exec("UPDATE archive_entries SET id=9223372036854775807 WHERE id=2");
  });
  expect((await apply()).rows).toBe(4);
});

it("undoes what a killed program left half written", async () => {
  legacy(400);
  const app = openArchiveDatabase(path);
  app.pragma("cache_size = 5");
  app.exec("BEGIN; UPDATE archive_entries SET content='half'");
  const torn = join(folder, "torn.db");
  copyFileSync(path, torn);
  copyFileSync(`${path}-journal`, `${torn}-journal`);
  app.exec("ROLLBACK");
  app.close();
  expect(planAdoption({ path: torn })).toMatchObject({ state: "legacy", rows: 401 });
  expect(
    read((db) => db.prepare("SELECT count(*) FROM archive_entries WHERE content='half'").pluck().get(), torn),
  ).toBe(0);
});

it("wants permission for a trigger that writes into a replicated table", async () => {
  legacy(5);
  read((db) =>
    db.exec(`CREATE TABLE log(id); CREATE TRIGGER harmless AFTER INSERT ON archive_entries BEGIN INSERT INTO log VALUES(NEW.id); END;
      CREATE TRIGGER risky AFTER INSERT ON log BEGIN DELETE FROM agent_activities; END`),
  );
  expect(planAdoption({ path }).foreignTriggers).toEqual([
    { name: "harmless", table: "archive_entries", writesReplicated: false },
    { name: "risky", table: "log", writesReplicated: true },
  ]);
  await expect(apply()).rejects.toMatchObject({ code: "foreign-trigger" });
  expect(read(hasCapture)).toBe(false);
  expect((await apply({ allowTriggers: true })).rows).toBe(6);
});

it("initialises an empty file", async () => {
  writeFileSync(path, "");
  expect(planAdoption({ path }).state).toBe("empty");
  await apply();
  expect(read(hasCapture)).toBe(true);
  expect(planAdoption({ path }).state).toBe("adopted");
});

describe.skipIf(!existsSync(fixtures))("real files", () => {
  it.each([
    ["jarvis-v0.2-small.db", 2_815],
    ["jarvis-plan-schema-small.db", 1_936],
    ["jarvis-nasty-no-version.db", 517],
  ])("adopts %s", async (name, rows) => {
    copyFileSync(join(fixtures, name), path);
    const before = read((db) => db.prepare("SELECT count(*),sum(id) FROM archive_entries").raw().get());
    expect((await apply()).rows).toBe(rows);
    expect(new Set(read(marks).map(([, , token]) => token)).size).toBe(rows);
    expect(read((db) => db.prepare("SELECT count(*),sum(id) FROM archive_entries").raw().get())).toEqual(
      before,
    );
  });

  it.each([
    ["jarvis-corrupt-page.db", "damaged"],
    ["jarvis-truncated.db", "damaged"],
    ["jarvis-not-sqlite.db", "not-sqlite"],
  ])("refuses %s as %s", async (name, code) => {
    copyFileSync(join(fixtures, name), path);
    const before = readFileSync(path);
    await expect(apply()).rejects.toMatchObject({ code });
    expect(readFileSync(path)).toEqual(before);
    expect(readdirSync(folder)).toEqual(["archive.db"]);
  });
});
