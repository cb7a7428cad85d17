import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testCrypto } from "@jarvis-crdt/batch/testing";
import type { Intent } from "@jarvis-crdt/store";
import { Random, World } from "@jarvis-crdt/store/conformance";
import { afterAll, expect, test } from "vitest";
import { StateFile } from "./state-file.ts";

const rows = 50_000;
const transaction = 1000;
const calls = 10;
const root = mkdtempSync(join(tmpdir(), "throughput-"));
const crypto = testCrypto();
const random = new Random(1);
const schema = {
  tables: [
    {
      name: "t",
      kind: "records" as const,
      groups: [{ name: "all", columns: ["a", "b", "c", "d", "e", "f"] }],
    },
  ],
};

function stateFile(node: number): StateFile {
  const folder = join(root, String(node));
  mkdirSync(folder);
  return new StateFile({
    ...crypto,
    schema,
    path: join(folder, "state.db"),
    node: `0000000${node}-0000-4000-8000-000000000000`,
    cluster: new Uint8Array(16),
    now: () => Date.now(),
    random: (bytes) => random.bytes(bytes),
  });
}

/** Uids as the application's triggers make them: growing with time. */
function row(i: number): Intent {
  const uid = random.bytes(16);
  new DataView(uid.buffer).setUint32(0, i);
  const values = [`text ${i}`.repeat(8), "input", "cli", 0.5, null, i];
  return { kind: "row.add", table: "t", uid, hint: i, values };
}

afterAll(() => rmSync(root, { recursive: true, force: true }));

test("throughput of commit, apply and view (printed, not asserted)", () => {
  const helper = new World({ ...crypto, keeps: false, make: () => Promise.reject(new Error("not used")) });
  const from = stateFile(1);
  const to = stateFile(2);
  const intents = Array.from({ length: rows }, (_, i) => row(i));
  const figures: string[] = [];
  const timed = (what: string, body: () => void): void => {
    const start = performance.now();
    body();
    figures.push(`${what} ${(rows / (performance.now() - start)).toFixed(0)} k rows/s`);
  };

  timed(`commit of ${transaction}`, () => {
    for (let i = 0; i < rows; i += transaction) from.commit({ intents: intents.slice(i, i + transaction) });
  });
  const log = from.ownLog!;
  const batches = from.read(log, 0, Number.MAX_SAFE_INTEGER).map((envelope) => helper.batch(envelope));
  const id = batches[0]!.header.schema;
  to.putSchema(id, from.schema(id)!);
  const share = Math.ceil(batches.length / calls);
  timed(`apply in ${calls} calls`, () => {
    for (let i = 0; i < batches.length; i += share) to.apply(batches.slice(i, i + share));
  });
  let shown = 0;
  timed("worklist and view of 5000", () => {
    while (to.archive.hasWork()) {
      const work = to.archive.worklist(5000);
      to.archive.intend(String(work.through), work.through);
      for (const key of work.rows) if (to.archive.view(key) !== undefined) shown++;
      to.archive.confirm();
    }
  });
  process.stderr.write(`${figures.join(" · ")}\n`);
  expect(shown).toBe(rows);
  expect(to.counts()).toEqual(from.counts());
  from.close();
  to.close();
});
