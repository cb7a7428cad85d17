import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createArchive } from "@jarvis-crdt/archive";
import { listBackups } from "@jarvis-crdt/backup";
import { testCrypto } from "@jarvis-crdt/batch/testing";
import { StateFile } from "@jarvis-crdt/store-sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { BackupSchedule, type BackupScheduleOptions } from "./backup-schedule.ts";

let folder: string;
let state: StateFile;
let schedule: BackupSchedule;
let said: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "schedule-"));
  createArchive(join(folder, "archive.db"));
  state = new StateFile({
    ...testCrypto(),
    path: join(folder, "state.db"),
    node: "00000001-0000-4000-8000-000000000000",
    cluster: new Uint8Array(16),
    now: () => Date.now(),
    random: (bytes) => randomBytes(bytes),
    schema: undefined,
  });
  said = [];
  schedule = new BackupSchedule(options());
});

function options(): BackupScheduleOptions {
  const log = (_facts: object, text: string) => void said.push(text);
  return {
    archive: join(folder, "archive.db"),
    state: join(folder, "state.db"),
    folder: join(folder, "backups"),
    retention: { newest: 1, days: 0 },
    intervalMs: 3_600_000,
    worker: new URL("../backup-worker.ts", import.meta.url),
    frontier: () => state.frontier(),
    now: () => Date.now(),
    logger: { info: log, warn: log, error: log } as never,
  };
}

/** A schedule whose thread runs this. */
function scheduleOf(script: string, more: Partial<BackupScheduleOptions> = {}): BackupSchedule {
  return new BackupSchedule({ ...options(), worker: new URL(`data:text/javascript,${script}`), ...more });
}

afterEach(async () => {
  await schedule.stop();
  state.close();
  rmSync(folder, { recursive: true });
});

const write = () => state.commit({ intents: [{ kind: "counter.add", object: "c", by: 1 }] });
const sums = () =>
  listBackups(join(folder, "backups")).map((one) => "manifest" in one && one.manifest.operations);

test("a backup is made where something has changed, and old ones go", async () => {
  write();
  await schedule.run();
  await schedule.run();
  expect(sums()).toEqual([1]);
  write();
  await schedule.run();
  expect(sums()).toEqual([2]);
  expect(said).toEqual(["backup made", "backup made"]);
});

test("what hinders it is said, and nothing half made stays", async () => {
  rmSync(join(folder, "archive.db"));
  await schedule.run();
  expect(said).toEqual([expect.stringContaining("no backup was made")]);
  expect(readdirSync(join(folder, "backups"))).toEqual([]);
});

test("a node that stops ends a backup that is under way", async () => {
  write();
  const running = schedule.run();
  await schedule.stop();
  await running;
  expect(listBackups(join(folder, "backups")).filter((one) => "problem" in one)).toEqual([]);
  expect(said).not.toContainEqual(expect.stringContaining("no backup"));
});

test.each([
  ["throw new TypeError('a bug')", "no backup was made: a bug"],
  ["process.exit(3)", "no backup was made: its thread ended by itself, with exit code 3"],
])("a thread that ends by itself is said, and does not end the node: %s", async (script, sentence) => {
  write();
  const failing = scheduleOf(script);
  await failing.run();
  await failing.run();
  await failing.stop();
  expect(said).toEqual([sentence, sentence]);
});

test("what cannot even be looked at is said, and does not end the node", async () => {
  write();
  await schedule.run();
  const failing = scheduleOf("", {
    frontier: () => {
      throw new Error("the state file is closed");
    },
  });
  await failing.run();
  await failing.stop();
  expect(said).toEqual(["backup made", "no backup was made: the state file is closed"]);
});

test("a thread whose disk does not answer is not waited for, nor terminated", async () => {
  write();
  const go = join(folder, "go");
  const pause = "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)),0,0,1)";
  const script = `import {existsSync} from "node:fs";while(!existsSync(${JSON.stringify(go)}))${pause}`;
  const hanging = scheduleOf(script, { stopMs: 1 });
  let hasEnded = false;
  const running = hanging.run().then(() => {
    hasEnded = true;
  });
  await hanging.stop();
  expect(hasEnded).toBe(false);
  writeFileSync(go, "");
  await running;
  expect(said).toEqual([]);
});
