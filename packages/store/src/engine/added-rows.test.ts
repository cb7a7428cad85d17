import type { BatchHeader } from "@jarvis-crdt/batch";
import { encodeOperation, type Operation, Pieced } from "@jarvis-crdt/crdt";
import { expect, it } from "vitest";
import { AddedRows } from "./added-rows.ts";
import { OpenBatch } from "./open-batch.ts";

const log = "00000000-0000-4000-8000-000000000001:00000000000000aa";

function batch(...operations: Operation[]): OpenBatch {
  const header = { log, hlcMin: 5, hlcMax: 90, first: 1, count: operations.length } as BatchHeader;
  const encoded = operations.map((operation) => encodeOperation(operation, header));
  return new OpenBatch(header, { operations: encoded, leaves: new Uint8Array(0) }, 0);
}

function add(n: number, values: Extract<Operation, { kind: "row.add" }>["values"]): Operation {
  const stamp = n === 0 ? "base" : 5 + n;
  return { kind: "row.add", stamp, table: n % 3, uid: new Uint8Array(16).fill(n), hint: null, values };
}

it("tells the outlines of rows as the batch does", () => {
  const open = batch(add(0, ["a"]), add(1, ["b", null]), add(2, []));
  const rows = AddedRows.of(open)!;
  for (let i = 0; i < 3; i++) expect(rows.outline(i)).toEqual(open.outline(i));
});

it("leaves everything else to the batch", () => {
  expect(AddedRows.of(batch({ kind: "counter.add", stamp: 6, object: "c", by: 1 }))).toBeUndefined();
  expect(AddedRows.of(batch(add(1, [new Pieced("text", 70_000)])))).toBeUndefined();
});
