import { TestLog } from "@jarvis-crdt/batch/testing";
import { batchCost } from "@jarvis-crdt/sync";
import { expect, it } from "vitest";
import { spoken } from "./spoken.ts";

it("says of a message what it is and what it is about, and nothing of what it holds", () => {
  const written = new TestLog();
  const { envelope } = written.append([Uint8Array.of(1), Uint8Array.of(2)]);
  const { log } = written;
  expect(spoken({ type: "batch", envelope })).toEqual({
    type: "batch",
    log,
    first: 1,
    operations: 2,
    bytes: batchCost(envelope),
  });
  expect(spoken({ type: "ack", entries: [{ log, seq: 2, batch: new Uint8Array(32) }] })).toEqual({
    type: "ack",
    logs: 1,
  });
  expect(spoken({ type: "shown", log, envelopes: [envelope] })).toEqual({ type: "shown", log, batches: 1 });
  expect(spoken({ type: "schema", id: new Uint8Array(32), bytes: Uint8Array.of(7) })).toEqual({
    type: "schema",
  });
});
