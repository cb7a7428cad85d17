import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testCrypto } from "@jarvis-crdt/batch/testing";
import { testSchema } from "@jarvis-crdt/store/conformance";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { SqliteStore } from "../sqlite-store.ts";

const folder = mkdtempSync(join(tmpdir(), "collection-"));

function open(name: string) {
  return new SqliteStore({
    ...testCrypto(),
    path: join(folder, name),
    fence: join(folder, `${name}.fence`),
    node: "00000001-0000-4000-8000-000000000000",
    cluster: new Uint8Array(16),
    now: () => 1_800_000_000_000,
    random: (bytes) => new Uint8Array(bytes).fill(7),
    schema: testSchema,
    durability: "normal",
  });
}

async function overwritten(name: string, times: number) {
  const store = open(name);
  for (let value = 0; value < times; value++)
    await store.commit({ intents: [{ kind: "register.set", object: "r", value }] });
  return store;
}

const page = async (store: SqliteStore) =>
  store.collect({ logs: await store.interpreted(), before: Number.MAX_SAFE_INTEGER });

async function collect(store: SqliteStore) {
  return (await page(store)).batches;
}

test("what the digest has not taken in yet stays, and goes later", async () => {
  const store = await overwritten("digest.db", 5);
  expect(await collect(store)).toBe(0);
  await store.digest();
  expect(await collect(store)).toBe(4);
  await store.close();
});

test("nothing goes while the archive does not show everything, and that is said", async () => {
  const store = await overwritten("archive.db", 5);
  const [uid, values] = [new Uint8Array(16).fill(1), ["pending", 0, "text"]];
  await store.commit({ intents: [{ kind: "row.add", table: "entries", uid, hint: null, values }] });
  await store.digest();
  expect(store.state.collection.isQuiet).toBe(false);
  expect(await page(store)).toMatchObject({ batches: 0, isPutOff: true });
  await store.close();
});

test("a batch that is damaged stays for scrub to find, and the others go", async () => {
  const store = await overwritten("damaged.db", 5);
  await store.digest();
  await store.close();
  const db = new Database(join(folder, "damaged.db"));
  db.exec("UPDATE crdt_batches SET body = zeroblob(length(body)) WHERE first = 2");
  db.close();
  const again = open("damaged.db");
  await again.digest();
  expect(await collect(again)).toBe(3);
  await again.close();
  rmSync(folder, { recursive: true });
});
