import { testCrypto } from "@jarvis-crdt/batch/testing";
import type { Operation } from "@jarvis-crdt/crdt";
import { expect, test } from "vitest";
import { Draft, type DraftedBatch } from "./draft.ts";
import { OpenBatch } from "./open-batch.ts";

const log = "00000001-0000-4000-8000-000000000000:0123456789abcdef";
const none = new Uint8Array(32);

function draft(limits: { operations: number; bytes: number; transaction: number }) {
  const made: DraftedBatch[] = [];
  const place = { log, cluster: new Uint8Array(16), previous: none, number: 1, first: 1 };
  const start = { ...place, schema: none, epoch: 0, stamp: () => 77 };
  return { made, draft: new Draft(start, testCrypto(), (one) => made.push(one), limits) };
}

function write(stamp: Operation["stamp"], value: string): Operation {
  return { kind: "register.set", stamp, object: "r", value, seen: [] };
}

test("batches are closed by number and by bytes, chained, and read back as they were written", () => {
  const { made, draft: one } = draft({ operations: 3, bytes: 40, transaction: 1e9 });
  const operations = ["a", "b", "c", "d", "long enough to exceed the bytes", "e"].map((value, i) =>
    write(100 + i, value),
  );
  for (const operation of operations) one.add(operation);
  one.finish();
  expect(made.map(({ batch }) => batch.header.count)).toEqual([3, 1, 1, 1]);
  expect(made.map(({ batch }) => batch.header.continues)).toEqual([true, true, true, false]);
  expect(made.map(({ batch }) => [batch.header.hlcMin, batch.header.hlcMax])).toEqual([
    [100, 102],
    [103, 103],
    [104, 104],
    [105, 105],
  ]);
  for (const [i, { batch }] of made.entries()) {
    if (i > 0) expect(batch.header.previous).toEqual(made[i - 1]!.batch.id);
  }
  const read = made.flatMap(({ batch: { header, operations: encoded, leaves } }) => {
    const open = new OpenBatch(header, { operations: encoded, leaves }, 0);
    return encoded.map((_, i) => open.of(open.header.first + i));
  });
  expect(read).toEqual(operations);
  expect(
    made.flatMap(({ batch, open }) => batch.operations.map((_, i) => open.of(open.header.first + i))),
  ).toEqual(operations);
  expect(one.transactions).toBe(1);
});

test("a transaction beyond the limit is cut at the end of a batch", () => {
  const { made, draft: one } = draft({ operations: 2, bytes: 1e9, transaction: 30 });
  for (let i = 0; i < 7; i++) one.add(write(1 + i, "ten bytes."));
  one.finish();
  expect(made.map(({ batch }) => batch.header.continues)).toEqual([false, false, false, false]);
  expect(one.transactions).toBe(4);
});

test("a batch of base values only is stamped with the time of its making", () => {
  const { made, draft: one } = draft({ operations: 2, bytes: 1e9, transaction: 1e9 });
  one.add(write("base", "x"));
  one.add(write("base", "y"));
  one.add(write("base", "z"));
  one.add(write(90, "w"));
  one.finish();
  expect(made.map(({ batch }) => [batch.header.hlcMin, batch.header.hlcMax])).toEqual([
    [77, 77],
    [90, 90],
  ]);
});
