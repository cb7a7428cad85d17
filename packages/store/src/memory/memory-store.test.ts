import { testCrypto } from "@jarvis-crdt/batch/testing";
import { describe, expect, test } from "vitest";
import { storeConformance } from "../conformance/index.ts";
import { MemoryStore } from "./memory-store.ts";

const crypto = testCrypto();

describe("the memory store", () => {
  const checks = storeConformance({
    ...crypto,
    keeps: false,
    histories: 15,
    make: (setup) => new MemoryStore({ ...setup, ...testCrypto() }),
    continueLog: (store, _setup, log) => {
      if (!(store instanceof MemoryStore)) throw new Error("not a store in memory");
      store.continueLog(log);
      return store;
    },
  });
  for (const { name, run } of checks) test(name, run);
});

test("a log is continued where somebody vouches for it, and no other node's is", async () => {
  let drawn = 0;
  const store = new MemoryStore({
    ...crypto,
    node: "00000000-0000-4000-8000-000000000001",
    cluster: new Uint8Array(16),
    now: () => 1_800_000_000_000,
    random: (bytes) => new Uint8Array(bytes).fill(++drawn),
    schema: undefined,
  });
  const count = () => store.commit({ intents: [{ kind: "counter.add", object: "n", by: 1 }] });
  const [first] = (await count()).dots;
  store.continueLog(first!.log);
  expect((await count()).dots).toEqual([{ log: first!.log, seq: 2 }]);
  expect(() => store.continueLog("00000000-0000-4000-8000-000000000002:0101010101010101")).toThrow(
    RangeError,
  );
});

test("a batch is closed after as many operations as one says", async () => {
  const store = new MemoryStore({
    ...crypto,
    node: "00000000-0000-4000-8000-000000000001",
    cluster: new Uint8Array(16),
    now: () => 1_800_000_000_000,
    random: (bytes) => new Uint8Array(bytes).fill(3),
    schema: undefined,
    batchOperations: 2,
  });
  const intents = Array.from({ length: 5 }, () => ({ kind: "counter.add", object: "n", by: 1 }) as const);
  expect((await store.commit({ intents })).transactions).toBe(1);
  expect(await store.counts()).toMatchObject({ operations: 5, batches: 3 });
});
