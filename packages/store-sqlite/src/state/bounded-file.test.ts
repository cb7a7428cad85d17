import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testCrypto } from "@jarvis-crdt/batch/testing";
import type { LogId } from "@jarvis-crdt/crdt";
import type { Collected, Intent, Stretch } from "@jarvis-crdt/store";
import { Random, testSchema } from "@jarvis-crdt/store/conformance";
import { expect, test } from "vitest";
import { SqliteStore } from "../sqlite-store.ts";
import { nothingCaptured } from "./state.ts";

/** JARVIS_BOUNDED_ROWS=10000 JARVIS_BOUNDED_UPDATES=1000000 is the whole of it. */
const rows = Number(process.env.JARVIS_BOUNDED_ROWS ?? 500);
const updates = Number(process.env.JARVIS_BOUNDED_UPDATES ?? 20_000);
const atOnce = 500;

test("the state file of some rows stays bounded, however often they are changed", {
  timeout: 3_600_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), "bounded-file-"));
  const path = join(folder, "state.db");
  const random = new Random(1);
  const store = new SqliteStore({
    ...testCrypto(),
    path,
    node: "00000001-0000-4000-8000-000000000000",
    cluster: new Uint8Array(16),
    now: () => 1_800_000_000_000,
    random: (bytes) => random.bytes(bytes),
    schema: testSchema,
    durability: "normal",
  });
  const uids = Array.from({ length: rows }, () => random.bytes(16));
  const add = (uid: Uint8Array): Intent => ({
    kind: "row.add",
    table: "entries",
    uid,
    hint: null,
    values: ["pending", 0, "text ".repeat(20)],
  });
  await store.commit({ intents: uids.map(add) });
  const sizes: number[] = [];
  let emptied = 0;
  for (let done = 0; done < updates; done += atOnce) {
    const intents = Array.from({ length: atOnce }, (_, i): Intent => {
      const values = [`text ${done + i} ${"x".repeat(80)}`];
      return { kind: "row.set", table: "entries", uid: random.pick(uids), group: "content", values };
    });
    await store.commit({ intents });
    if (done % (updates / 20) >= atOnce) continue;
    show(store);
    await store.digest();
    emptied += await collectAll(store);
    store.state.rest();
    sizes.push(statSync(path).size);
  }
  const before = await store.digest();
  await store.close();
  rmSync(folder, { recursive: true });
  if (process.env.JARVIS_BOUNDED_UPDATES !== undefined)
    process.stdout.write(`${rows} rows, ${updates} updates, bytes of the file: ${sizes.join(" ")}\n`);
  expect(before.rows).toBe(rows);
  expect(emptied).toBeGreaterThan((updates / atOnce) * 0.5);
  // It grows until the batches that live hold all rows, and then little but headers is added.
  const middle = Math.max(...sizes.slice(0, 10));
  expect(Math.max(...sizes.slice(10))).toBeLessThan(middle * 1.3);
});

/** Has the archive show everything, as it were. */
function show({ state: { archive } }: SqliteStore): void {
  for (let plan = 1; archive.hasWork(); plan++) {
    const shown = archive.plan({ nonce: `${plan}`, captured: nothingCaptured, maxRows: 100_000, also: [] });
    for (const _ of shown.pages);
    archive.confirm();
  }
}

async function collectAll(store: SqliteStore): Promise<number> {
  const logs: ReadonlyMap<LogId, Stretch> = await store.interpreted();
  let emptied = 0;
  for (let from: Collected["next"]; ; ) {
    const { batches, next } = await store.collect({ logs, before: Number.MAX_SAFE_INTEGER, from });
    emptied += batches;
    if (next === undefined) return emptied;
    from = next;
  }
}
