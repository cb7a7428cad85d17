import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testCrypto } from "@jarvis-crdt/batch/testing";
import { MemoryStore } from "@jarvis-crdt/store";
import { type StoreSetup, storeConformance } from "@jarvis-crdt/store/conformance";
import { afterAll, describe, test } from "vitest";
import { SqliteStore } from "./sqlite-store.ts";

const root = mkdtempSync(join(tmpdir(), "sqlite-store-"));
const crypto = testCrypto();
let folders = 0;
let folder = "";

function make(setup: StoreSetup): SqliteStore {
  if (setup.name === "store-0" && !setup.reopen) folder = join(root, String(folders++));
  const own = join(folder, setup.name);
  mkdirSync(own, { recursive: true });
  return new SqliteStore({ ...setup, ...crypto, path: join(own, "state.db"), durability: "normal" });
}

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("the SQLite store", () => {
  for (const { name, run } of storeConformance({ ...crypto, keeps: true, make })) test(name, run);
});

describe("SQLite and memory stores together", () => {
  const checks = storeConformance({
    ...crypto,
    keeps: false,
    histories: 20,
    make: (setup) =>
      Number(setup.name.at(-1)) % 2 === 0 ? make(setup) : new MemoryStore({ ...setup, ...crypto }),
  });
  for (const { name, run } of checks) test(name, run);
});
