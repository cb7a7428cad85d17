import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testCrypto } from "@jarvis-crdt/batch/testing";
import type { LogId } from "@jarvis-crdt/crdt";
import { type Collected, type CollectRequest, MemoryStore, type Store } from "@jarvis-crdt/store";
import { type StoreSetup, storeConformance, World } from "@jarvis-crdt/store/conformance";
import Database from "better-sqlite3";
import { afterAll, describe, expect, test } from "vitest";
import { SqliteStore } from "./sqlite-store.ts";
import { Fence } from "./state/fence.ts";
import { nothingCaptured } from "./state/state.ts";

const root = mkdtempSync(join(tmpdir(), "sqlite-store-"));
const crypto = testCrypto();
let folders = 0;
let folder = "";

function make(setup: StoreSetup): SqliteStore {
  if (setup.name === "store-0" && !setup.reopen) folder = join(root, String(folders++));
  const own = join(folder, setup.name);
  mkdirSync(own, { recursive: true });
  return new ShownStore({ ...setup, ...crypto, path: join(own, "state.db"), durability: "normal" });
}

/** Has no archive and no digest that lag behind: what they are still to read is not collected. */
class ShownStore extends SqliteStore {
  override async collect(request: CollectRequest): Promise<Collected> {
    const { archive } = this.state;
    for (let plan = 1; archive.hasWork(); plan++) {
      const shown = archive.plan({ nonce: `${plan}`, captured: nothingCaptured, maxRows: 100_000, also: [] });
      for (const _ of shown.pages);
      archive.confirm();
    }
    await this.digest();
    return super.collect(request);
  }
}

/** As on a machine that was cloned with everything on it: the fence proves that nobody else continues the log. */
async function continueLog(store: Store, setup: StoreSetup, log: LogId): Promise<Store> {
  const head = (await store.head(log))!.id;
  await store.close();
  const path = join(folder, setup.name, "state.db");
  const database = new Database(path);
  database.prepare("INSERT OR REPLACE INTO crdt_meta(key, value) VALUES ('log', ?)").run(log);
  database.close();
  new Fence(join(folder, setup.name, "fence"), path).write(head);
  return make(setup);
}

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("the SQLite store", () => {
  for (const { name, run } of storeConformance({ ...crypto, keeps: true, make, continueLog }))
    test(name, run);
});

describe("SQLite and memory stores together", () => {
  const checks = storeConformance({
    ...crypto,
    keeps: false,
    histories: 20,
    make: (setup) =>
      Number(setup.name.at(-1)) % 2 === 0 ? make(setup) : new MemoryStore({ ...setup, ...crypto }),
    continueLog: (store, setup, log) => {
      if (!(store instanceof MemoryStore)) return continueLog(store, setup, log);
      store.continueLog(log);
      return store;
    },
  });
  for (const { name, run } of checks) test(name, run);
});

describe("what a peer sent", () => {
  const open = (name: string, node: string) => {
    const own = mkdtempSync(join(root, name));
    const context = { cluster: new Uint8Array(16), now: () => 1_800_000_000_000, node, schema: undefined };
    const bytes = (n: number) => new Uint8Array(n).fill(7);
    return new SqliteStore({ ...context, random: bytes, ...crypto, path: join(own, "state.db") });
  };

  async function sent() {
    const from = open("from", "00000001-0000-4000-8000-000000000000");
    const world = new World({ ...crypto, keeps: false, make: () => Promise.reject(new Error("not used")) });
    await from.commit({ intents: [{ kind: "counter.add", object: "c", by: 2 }] });
    const log = from.state.ownLog!;
    const batches = (await from.read(log, 0, 1 << 20)).map((envelope) => world.batch(envelope));
    await from.close();
    return { log, batches, to: open("to", "00000002-0000-4000-8000-000000000000") };
  }

  test("is shown at once, and told to listeners when it is durable", async () => {
    const { log, batches, to } = await sent();
    const order: string[] = [];
    to.state.subscribe(() => order.push("state"));
    to.subscribe((logs) => order.push(`durable ${logs}`));
    const applied = to.apply(batches);
    expect(to.state.counter("c")).toBe(2);
    await Promise.resolve();
    expect(order).toEqual(["state"]);
    await applied;
    expect(order).toEqual(["state", `durable ${log}`]);
    await to.close();
  });

  test("is told to listeners though it is sent again before it is durable", async () => {
    const { log, batches, to } = await sent();
    const told: string[] = [];
    to.subscribe((logs) => told.push(...logs));
    await Promise.all([to.apply(batches), to.apply(batches)]);
    expect(told).toEqual([log]);
    await to.close();
  });

  test("is neither told nor answered for by a store that was let go of", async () => {
    const { batches, to } = await sent();
    const told: string[] = [];
    to.subscribe((logs) => told.push(...logs));
    void to.apply(batches).catch(() => undefined);
    await to.abandon();
    expect(told).toEqual([]);
    await expect(to.commit({ intents: [] })).rejects.toMatchObject({ code: "closed" });
  });
});

test("writes that are asked for together are one transaction of SQLite, and with it one fsync", async () => {
  const own = join(root, "together");
  mkdirSync(own);
  const path = join(own, "state.db");
  const store = new SqliteStore({
    ...crypto,
    path,
    node: "00000001-0000-4000-8000-000000000000",
    cluster: new Uint8Array(16),
    now: () => 1_800_000_000_000,
    random: (bytes) => new Uint8Array(bytes).fill(7),
    schema: undefined,
    durability: "normal",
  });
  const add = (by: number) => store.commit({ intents: [{ kind: "counter.add", object: "c", by }] });
  const before = commitsIn(`${path}-wal`);
  await Promise.all(Array.from({ length: 50 }, () => add(1)));
  expect(commitsIn(`${path}-wal`) - before).toBe(1);
  for (let i = 0; i < 3; i++) await add(1);
  expect(commitsIn(`${path}-wal`) - before).toBe(4);
  expect(await store.counter("c")).toBe(53);
  await store.close();
});

/** Frames of a write-ahead log that end a transaction: they say how large the file is after it. */
function commitsIn(wal: string): number {
  const bytes = readFileSync(wal);
  const page = bytes.readUInt32BE(8);
  let commits = 0;
  for (let at = 32; at < bytes.length; at += 24 + page) if (bytes.readUInt32BE(at + 4) > 0) commits++;
  return commits;
}
