import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openArchiveDatabase } from "./database.ts";
import { KeyFinder } from "./key-finder.ts";
import { SmallArchive } from "./testing/small-archive.ts";

let small: SmallArchive;
beforeEach(() => {
  small = new SmallArchive();
});
afterEach(() => small[Symbol.dispose]());

/** Another program that keeps everybody out of the file, says so, and lets go after a while. */
const holder = `
const { parentPort, workerData } = require("node:worker_threads");
const Sqlite = require("better-sqlite3");
const db = new Sqlite(workerData);
db.exec("BEGIN EXCLUSIVE");
parentPort.postMessage("held");
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);
db.exec("COMMIT");
db.close();
`;

it("opens a file that another program is just writing", async () => {
  const worker = new Worker(holder, { eval: true, workerData: small.path });
  const exited = once(worker, "exit");
  await once(worker, "message");
  const finder = new KeyFinder(small.path);
  expect(finder.keyOf("entries", new Uint8Array(16))).toBeUndefined();
  finder.close();
  await exited;
});

it("does not know where a row is while the file is held", () => {
  const finder = new KeyFinder(small.path);
  small.app.exec("BEGIN EXCLUSIVE");
  expect(finder.keyOf("entries", new Uint8Array(16))).toBeUndefined();
  small.app.exec("ROLLBACK");
  finder.close();
});

it("does not hold a file that it let go, and opens it again when it is asked", () => {
  small.app.pragma("journal_mode = WAL");
  const finder = new KeyFinder(small.path);
  const uid = new Uint8Array(16);
  expect(finder.keyOf("entries", uid)).toBeUndefined();
  small.app.close();
  for (const file of ["", "-wal", "-shm"]) writeFileSync(small.path + file, "");
  const making = () => {
    const db = openArchiveDatabase(small.path);
    try {
      db.exec("CREATE TABLE made_anew(a)");
    } finally {
      db.close();
    }
  };
  expect(making).toThrow("locked");
  finder.letGo();
  making();
  expect(finder.keyOf("entries", uid)).toBeUndefined();
  finder.close();
});
