import { testCrypto } from "@jarvis-crdt/batch/testing";
import { describe, test } from "vitest";
import { storeConformance } from "../conformance/index.ts";
import { MemoryStore } from "./memory-store.ts";

const crypto = testCrypto();

describe("the memory store", () => {
  const checks = storeConformance({
    ...crypto,
    keeps: false,
    histories: 15,
    make: (setup) => new MemoryStore({ ...setup, ...testCrypto() }),
  });
  for (const { name, run } of checks) test(name, run);
});
