import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateArchive } from "@jarvis-crdt/fixtures";
import { type ArchiveDatabase, Lock, openArchiveDatabase } from "@jarvis-crdt/store-sqlite";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { applyAdoption } from "./apply-adoption.ts";
import { planAdoption } from "./plan-adoption.ts";
import * as space from "./space.ts";
import { crypto, node, now, startNode } from "./testing/first-start.ts";

vi.mock("./space.ts", { spy: true });

let folder: string;
let path: string;
let state: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "checks-"));
  path = join(folder, "archive.db");
  state = join(folder, "crdt_state.db");
  generateArchive({ path, rows: 40, seed: 5 });
});
afterEach(() => {
  vi.mocked(space.freeBytes).mockReset();
  rmSync(folder, { recursive: true });
});

const apply = (more = {}) => applyAdoption({ path, state, hash: crypto.hasher.hash, now, ...more });
const check = (name: string) => planAdoption({ path, state }).checks.find((one) => one.name === name);

function write(use: (db: ArchiveDatabase) => void, at = path): void {
  const db = openArchiveDatabase(at);
  try {
    use(db);
  } finally {
    db.close();
  }
}

/** The plan names cause and next step, apply refuses with them, and no byte and no file changes. */
async function refused(name: string, code: string, found: RegExp, next: RegExp): Promise<void> {
  const before = readFileSync(path);
  const files = readdirSync(folder);
  expect(check(name)).toMatchObject({ verdict: "refused", code, found: expect.stringMatching(found) });
  await expect(apply()).rejects.toMatchObject({ code, message: expect.stringMatching(next) });
  expect(readFileSync(path)).toEqual(before);
  expect(readdirSync(folder)).toEqual(files);
}

it("passes a sound file", () => {
  expect(planAdoption({ path, state }).checks.map(({ verdict }) => verdict)).toEqual(
    new Array(9).fill("passed"),
  );
});

it("wants room for backup and marks", async () => {
  vi.mocked(space.freeBytes).mockReturnValue(1_000_000);
  await refused("free space", "no-space", /^1\.0 MB free, \d+ MB needed$/, /free some space/);
});

it("refuses names that rolling back would take for ours", async () => {
  write((db) => db.exec("CREATE TABLE crdt_notes(id)"));
  await refused("names", "reserved-name", /table crdt_notes/, /rename it/);
  write((db) => db.exec("DROP TABLE crdt_notes; ALTER TABLE archive_entries ADD COLUMN crdt_type TEXT"));
  await refused("names", "reserved-name", /archive_entries\.crdt_type/, /rename it/);
});

it("refuses while jarvisd runs with this state", async () => {
  writeFileSync(`${state}.lock`, "");
  const running = Lock.take(`${state}.lock`)!;
  await refused("jarvisd", "in-use", /runs/, /stop it/);
  running.release();
  expect(check("jarvisd")).toMatchObject({ verdict: "passed" });
});

it("does not take over a file that another node uses", async () => {
  await apply();
  startAndRest();
  expect(check("node")).toMatchObject({ verdict: "passed", found: expect.stringContaining(node) });
  rmSync(state);
  await refused("node", "other-node", /used by node 0{8}-.*is not there/, /--state/);
  writeFileSync(state, "no state file at all");
  await refused("node", "other-node", /used by node.*is not the state of a node/, /join/);
});

it("knows the state of a node that has written nothing yet", async () => {
  await apply();
  const begun = startNode(path, state);
  write((db) => db.exec("DELETE FROM crdt_outbox"));
  begun.rest();
  begun.close();
  expect(check("node")).toMatchObject({ verdict: "passed", found: expect.stringContaining(node) });
});

it("refuses files of a SQLite that cannot run the triggers", async () => {
  const bytes = readFileSync(path);
  bytes.writeUInt32BE(3_014_002, 96);
  writeFileSync(path, bytes);
  await refused("SQLite", "unsupported", /SQLite 3\.14\.2/, /3\.15 or newer/);
});

it("tells of write-ahead mode and of a state file that is there already, and adopts all the same", async () => {
  write((db) => db.pragma("journal_mode = WAL"));
  expect(check("journal mode")).toMatchObject({
    verdict: "warning",
    next: expect.stringContaining("copies"),
  });
  await apply();
  startAndRest();
  rmSync(path);
  generateArchive({ path, rows: 40, seed: 5 });
  expect(check("node")).toMatchObject({ verdict: "warning", found: expect.stringContaining(node) });
});

function startAndRest(): void {
  const started = startNode(path);
  started.rest();
  started.close();
}
