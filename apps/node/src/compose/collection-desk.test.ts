import type { Authority } from "@jarvis-crdt/replica";
import type { Collected, Store } from "@jarvis-crdt/store";
import { expect, test } from "vitest";
import { CollectionDesk } from "./collection-desk.ts";

const page = { batches: 1, operations: 10, bytes: 100 };
const nothing = { batches: 0, operations: 0, bytes: 0 };

/** A node that is alone and collects these pages, one after the other. */
function desk(pages: readonly Collected[]): CollectionDesk {
  const left = [...pages];
  const store: Partial<Store> = {
    node: "00000001-0000-4000-8000-000000000000",
    cells: async () => [],
    frontier: async () => new Map(),
    authors: async () => [],
    interpreted: async () => new Map(),
    digest: async () => ({ digest: new Uint8Array(32), rows: 0, cells: 0 }),
    collect: async () => left.shift()!,
  };
  return new CollectionDesk({
    store: store as Store,
    authority: {} as Authority,
    now: () => 1_800_000_000_000,
    leaseMs: 30 * 86_400_000,
    undoMs: 0,
    isOn: true,
    writes: false,
    isQuiet: () => true,
    logger: { info: () => undefined, error: () => undefined },
  });
}

test("a run that the archive put off says that there is more", async () => {
  const next = { log: "00000001-0000-4000-8000-000000000000:0000000000000001", seq: 10 };
  const subject = desk([
    { ...page, next },
    { ...nothing, next, isPutOff: true },
    { ...page, next: undefined },
  ]);
  expect(await subject.run()).toEqual({ acknowledged: false, ...page, isPartial: true });
  expect(await subject.run()).toEqual({ acknowledged: false, ...page, isPartial: false });
  await subject.stop();
});
