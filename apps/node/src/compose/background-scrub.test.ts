import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testCrypto } from "@jarvis-crdt/batch/testing";
import { openArchiveDatabase, StateFile } from "@jarvis-crdt/store-sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { BackgroundScrub } from "./background-scrub.ts";

const node = "00000001-0000-4000-8000-000000000000";
const { publicKey, signer, ...crypto } = testCrypto();
let folder: string;
let state: StateFile;
let said: object[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scrub-"));
  state = new StateFile({
    ...crypto,
    signer,
    path: join(folder, "state.db"),
    node,
    cluster: new Uint8Array(16),
    now: () => Date.now(),
    random: (bytes) => randomBytes(bytes),
    schema: undefined,
  });
  state.putCertificate(node, Uint8Array.of(1));
  for (let i = 0; i < 3; i++) state.commit({ intents: [{ kind: "counter.add", object: "c", by: 1 }] });
  said = [];
});
afterEach(() => {
  state.close();
  rmSync(folder, { recursive: true });
});

function scrub(rate: number): BackgroundScrub {
  const log = (facts: object) => void said.push(facts);
  return new BackgroundScrub({
    state: join(folder, "state.db"),
    judge: () => ({
      ...crypto,
      author: () => ({ node, key: signer.key, publicKey, notBefore: 0, notAfter: 4e12 }),
      until: Date.now(),
    }),
    intervalMs: 86_400_000,
    rate,
    repair: async (places) => ({ repaired: [], left: places }),
    logger: { info: log, error: log } as never,
  });
}

test("a running node finds out that a batch was damaged", async () => {
  const background = scrub(1e9);
  await background.run();
  expect(said).toEqual([{ batches: 3 }]);
  const db = openArchiveDatabase(join(folder, "state.db"), { busyMs: 1000 });
  db.exec("UPDATE crdt_batches SET body = zeroblob(length(body)) WHERE first = 2");
  db.close();
  await background.run();
  // Found, and said again because no peer has it.
  expect(said.slice(1)).toMatchObject([
    { code: "log-damaged", first: 2, reason: "bad-body" },
    { code: "log-damaged", first: 2 },
  ]);
  await background.stop();
});

test("a node that stops does not wait for it", async () => {
  const background = scrub(1e-9);
  const running = background.run();
  await background.stop();
  await running;
  expect(said).toEqual([]);
});
