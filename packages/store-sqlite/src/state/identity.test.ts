import { spawn } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { testCrypto } from "@jarvis-crdt/batch/testing";
import { Random, World } from "@jarvis-crdt/store/conformance";
import Database from "better-sqlite3";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { StateFile } from "./state-file.ts";

const root = mkdtempSync(join(tmpdir(), "state-identity-"));
const crypto = testCrypto();
const helper = new World({ ...crypto, keeps: false, make: () => Promise.reject(new Error("not used")) });
const random = new Random(3);
const open: StateFile[] = [];
let folders = 0;

function stateFile(
  path: string,
  more: { machine?: string; cluster?: number; node?: number } = {},
): StateFile {
  const file = new StateFile({
    ...crypto,
    path,
    node: `0000000${more.node ?? 1}-0000-4000-8000-000000000000`,
    cluster: new Uint8Array(16).fill(more.cluster ?? 1),
    now: () => 1_750_000_000_000,
    random: (bytes) => random.bytes(bytes),
    schema: undefined,
    durability: "normal",
    machine: more.machine ?? "this",
  });
  open.push(file);
  return file;
}

function freshPath(): string {
  const folder = join(root, String(folders++));
  mkdirSync(folder);
  return join(folder, "state.db");
}

function count(file: StateFile): void {
  file.commit({ intents: [{ kind: "counter.add", object: "c", by: 1 }] });
}

function logsOf(file: StateFile): string[] {
  return [...file.frontier().keys()];
}

afterEach(() => {
  for (const file of open.splice(0)) file.close();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("the log goes on", () => {
  test("after a clean end", () => {
    const path = freshPath();
    for (let i = 0; i < 3; i++) {
      const file = stateFile(path);
      count(file);
      file.close();
    }
    const file = stateFile(path);
    expect(logsOf(file).length).toBe(1);
    expect(file.counter("c")).toBe(3);
  });

  test("after restarts that minted nothing, and after a commit that failed", () => {
    const path = freshPath();
    const first = stateFile(path);
    count(first);
    first.close();
    stateFile(path).close();
    const file = stateFile(path);
    expect(() => file.commit({ intents: [{ kind: "counter.add", object: "c", by: 0.5 }] })).toThrow();
    count(file);
    expect(logsOf(file).length).toBe(1);
  });
});

describe("a new incarnation begins, which names the old head and loses nothing,", () => {
  const expectNewLog = (file: StateFile, head: Uint8Array): void => {
    count(file);
    const logs = logsOf(file);
    expect(logs.length).toBe(2);
    expect(file.counter("c")).toBe(2);
    const [first] = file.read(file.ownLog!, 0, 1);
    expect(Buffer.from(helper.batch(first!).header.previous)).toEqual(Buffer.from(head));
  };
  const headOf = (file: StateFile): Uint8Array => file.frontier().get(logsOf(file)[0]!)!.batch;

  test("after a kill", () => {
    const path = freshPath();
    const file = stateFile(path);
    count(file);
    const head = headOf(file);
    file.abandon();
    expect(existsSync(join(dirname(path), "fence"))).toBe(false);
    expectNewLog(stateFile(path), head);
  });

  test("in a copy of the folder, while the original goes on", () => {
    const path = freshPath();
    const file = stateFile(path);
    count(file);
    const head = headOf(file);
    file.close();
    const copy = freshPath();
    cpSync(dirname(path), dirname(copy), { recursive: true });
    expectNewLog(stateFile(copy), head);
    const original = stateFile(path);
    count(original);
    expect(logsOf(original).length).toBe(1);
  });

  test("on a machine with another id", () => {
    const path = freshPath();
    const file = stateFile(path, { machine: "one" });
    count(file);
    const head = headOf(file);
    file.close();
    expectNewLog(stateFile(path, { machine: "two" }), head);
  });

  test("in a file that was rolled back in place", () => {
    const path = freshPath();
    const file = stateFile(path);
    count(file);
    const head = headOf(file);
    file.close();
    const old = `${path}.old`;
    copyFileSync(path, old);
    const later = stateFile(path);
    count(later);
    later.close();
    copyFileSync(old, path);
    expectNewLog(stateFile(path), head);
  });

  test("when a peer shows batches of the log that are not here", () => {
    const path = freshPath();
    const file = stateFile(path);
    count(file);
    file.close();
    const backup = freshPath();
    copyFileSync(path, backup);
    const original = stateFile(path);
    count(original);
    const [log] = logsOf(original);
    const restored = stateFile(backup);
    const batches = original.read(log!, 1, 1e9).map((envelope) => helper.batch(envelope));
    restored.apply(batches);
    count(restored);
    expect(logsOf(restored).length).toBe(2);
    expect(restored.counter("c")).toBe(3);
    expect(restored.frontier().get(log!)?.seq).toBe(2);
  });

  test("in the middle of a process, when its own log grows elsewhere", () => {
    const path = freshPath();
    const clone = freshPath();
    const file = stateFile(path);
    count(file);
    file.close();
    cpSync(dirname(path), dirname(clone), { recursive: true });
    const cloned = stateFile(clone);
    const original = stateFile(path);
    count(original);
    const [log] = logsOf(original);
    cloned.apply(original.read(log!, 1, 1e9).map((envelope) => helper.batch(envelope)));
    count(cloned);
    expect(cloned.frontier().get(log!)?.seq).toBe(2);
    expect(cloned.counter("c")).toBe(3);
  });
});

test("what was committed survives a kill at once", () => {
  const path = freshPath();
  const file = stateFile(path);
  for (let i = 0; i < 5; i++) count(file);
  file.abandon();
  expect(stateFile(path).counter("c")).toBe(5);
});

test("a node under another identity uses the state and mints into a log of its own", () => {
  const path = freshPath();
  const file = stateFile(path);
  count(file);
  file.close();
  const other = stateFile(path, { node: 2 });
  count(other);
  expect(other.counter("c")).toBe(2);
  expect(other.ownLog?.startsWith("00000002")).toBe(true);
});

describe("is refused:", () => {
  test("a file that is in use, here or by another process, which is named", async () => {
    const path = freshPath();
    const file = stateFile(path);
    expect(() => stateFile(path)).toThrow(`process ${process.pid}`);
    count(file);
    const script = `
      const Database = (await import("better-sqlite3")).default;
      const lock = new Database(process.argv[1], { timeout: 0 });
      lock.pragma("locking_mode = EXCLUSIVE");
      try { lock.exec("BEGIN EXCLUSIVE"); console.log("taken"); } catch { console.log("busy"); }`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script, `${path}.lock`], {
      cwd: import.meta.dirname,
    });
    const said = await new Promise<string>((resolve) =>
      child.stdout.on("data", (data: Buffer) => resolve(data.toString())),
    );
    expect(said.trim()).toBe("busy");
  });

  test("a file of another cluster", () => {
    const path = freshPath();
    stateFile(path).close();
    expect(() => stateFile(path, { cluster: 2 })).toThrow(expect.objectContaining({ code: "wrong-cluster" }));
    stateFile(path);
  });

  test("a file that is no state file", () => {
    const text = freshPath();
    writeFileSync(text, "this is a text, and a long one, so that it is no SQLite file at all");
    expect(() => stateFile(text)).toThrow(expect.objectContaining({ code: "wrong-file" }));
    const other = freshPath();
    const database = new Database(other);
    database.exec("CREATE TABLE archive_entries(id)");
    database.close();
    expect(() => stateFile(other)).toThrow(expect.objectContaining({ code: "wrong-file" }));
  });

  test("everything after close", () => {
    const file = stateFile(freshPath());
    file.close();
    file.close();
    expect(() => count(file)).toThrow(expect.objectContaining({ code: "closed" }));
    expect(() => file.frontier()).toThrow(expect.objectContaining({ code: "closed" }));
  });
});
