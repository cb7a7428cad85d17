import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateArchive } from "@jarvis-crdt/fixtures";
import { type ArchiveDatabase, openArchiveDatabase } from "@jarvis-crdt/store-sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { applyAdoption } from "./apply-adoption.ts";
import { applyRollback } from "./apply-rollback.ts";
import { adoptionBackup } from "./backup.ts";
import { crypto, now, startNode } from "./testing/first-start.ts";
import { type VerifyOptions, verifyAdoption } from "./verify-adoption.ts";

const hash = crypto.hasher.hash;
const rows = 120;

let folder: string;
let path: string;
let state: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "verify-"));
  path = join(folder, "archive.db");
  state = join(folder, "crdt_state.db");
  generateArchive({ path, rows, seed: 5, activities: 30 });
  await applyAdoption({ path, hash, now });
});
afterEach(() => rmSync(folder, { recursive: true }));

const verify = (more: Partial<VerifyOptions> = {}) =>
  verifyAdoption({ path, state, hash, batchSize: 17, ...more });

function write(use: (db: ArchiveDatabase) => void): void {
  const db = openArchiveDatabase(path);
  try {
    use(db);
  } finally {
    db.close();
  }
}

/** Writes as a fault of ours would: past the triggers. */
const tamper = (sql: string) =>
  write((db) => {
    db.exec(`UPDATE crdt_marker SET applying=1; ${sql}; UPDATE crdt_marker SET applying=0`);
  });

const insert = `INSERT INTO archive_entries(timestamp,data_type,content,source,operation,content_hash,metadata)
  VALUES('2026','input','later','test','memory_store','h','{}')`;

/** What the assistant does in a day. */
const work = (db: ArchiveDatabase) => {
  db.exec(insert);
  db.exec("UPDATE archive_entries SET verification_status='verified',verification_score=0.5 WHERE id%5=0");
  db.exec("UPDATE archive_entries SET program_version='9'");
  db.exec("DELETE FROM archive_entries WHERE id%11=0");
  db.exec("UPDATE archive_entries SET id=id+100000 WHERE id=7");
  db.exec("DELETE FROM verification_queue WHERE id%2=0");
};

const entries = async (more: Partial<VerifyOptions> = {}) => {
  const verification = await verify(more);
  return { ...verification, entries: verification.tables.find(({ name }) => name === "archive_entries")! };
};

describe.each(["before the first start", "after it", "after it, with what came since still in the outbox"])(
  "%s",
  (moment) => {
    const started = moment !== "before the first start";
    beforeEach(() => {
      if (!started) return;
      const node = startNode(path);
      node.rest();
      node.close();
    });
    const settle = () => {
      if (moment !== "after it") return;
      const node = startNode(path);
      node.rest();
      node.close();
    };

    it("an adopted file is what it was", async () => {
      const verification = await entries();
      expect(verification).toMatchObject({ state: "adopted", stateRead: started, sound: true, problems: [] });
      expect(verification.entries).toMatchObject({
        rows,
        captured: 0,
        local: 0,
        unexplained: 0,
        unidentified: 0,
      });
    });

    it("accounts for everything that the assistant did", async () => {
      write(work);
      settle();
      const verification = await entries();
      expect(verification.problems).toEqual([]);
      expect(verification.sound).toBe(true);
      // Ten rows deleted, one inserted, one moved from key to key, the others verified.
      expect(verification.entries.captured).toBe(10 + 1 + 2 + 21);
      expect(verification.tables.find(({ name }) => name === "verification_queue")!.local).toBeGreaterThan(0);
      expect((await verify({ strict: true })).sound).toBe(false);
    });

    it.each([
      [
        "a value",
        "UPDATE archive_entries SET content='forged' WHERE id=3",
        /archive_entries 3: content changed/,
      ],
      [
        "a type",
        "UPDATE archive_entries SET metadata=CAST(metadata AS BLOB) WHERE id=3",
        /3: metadata changed/,
      ],
      ["a byte", "UPDATE archive_entries SET metadata=metadata||char(0) WHERE id=3", /3: metadata changed/],
      ["a row that is gone", "DELETE FROM archive_entries WHERE id=3", /archive_entries 3: the row is gone/],
      ["a row that is new", insert, /archive_entries \d+: the row is new/],
      [
        "a verification",
        "UPDATE archive_entries SET verification_score=9 WHERE id=4",
        /verification_score changed/,
      ],
    ])("finds %s that nobody captured", async (_what, sql, problem) => {
      write(work);
      settle();
      tamper(sql);
      const verification = await verify();
      expect(verification.sound).toBe(false);
      expect(verification.problems.join("\n")).toMatch(problem);
    });

    it("finds a row without identity", async () => {
      write((db) =>
        db.exec("DELETE FROM crdt_rows WHERE tbl=2 AND key=9; DELETE FROM crdt_outbox WHERE tbl=2 AND key=9"),
      );
      const verification = await verify();
      expect(verification.sound).toBe(false);
      expect(verification.problems).toEqual([expect.stringMatching(/ 9: the row has no identity/)]);
    });

    it("finds a text of the schema that changed", async () => {
      write((db) => db.exec("DROP INDEX idx_source; CREATE INDEX idx_source ON archive_entries(source,id)"));
      expect((await verify()).schema).toEqual(['the text of index "idx_source" changed']);
    });
  },
);

it("finds a row that the state does not know", async () => {
  const node = startNode(path);
  node.rest();
  node.close();
  const db = openArchiveDatabase(state);
  db.exec("DELETE FROM crdt_cells WHERE key=(SELECT key FROM crdt_cells LIMIT 1)");
  db.close();
  expect((await verify()).problems).toEqual([expect.stringMatching(/does not know/)]);
});

it("says that an adoption is not finished", async () => {
  write((db) => db.exec("CREATE TABLE crdt_adoption(tbl INTEGER PRIMARY KEY,last INTEGER)"));
  expect(await verify()).toMatchObject({ state: "interrupted", sound: false });
});

it("compares what was rolled back, too", async () => {
  await applyRollback({ path, state, now });
  expect(await verify({ strict: true })).toMatchObject({ state: "legacy", sound: true, schema: [] });
  write((db) => db.exec("DROP INDEX idx_source"));
  expect(await verify()).toMatchObject({ sound: false, schema: ['index "idx_source" is gone'] });
});

it("wants a backup that is what its checksum says", async () => {
  const backup = adoptionBackup(path)!;
  appendFileSync(backup, "x");
  await expect(verify()).rejects.toMatchObject({ code: "bad-backup" });
  rmSync(backup);
  await expect(verify()).rejects.toMatchObject({ code: "no-backup" });
});
