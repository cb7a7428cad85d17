import { testCrypto } from "@jarvis-crdt/batch/testing";
import { expect, it } from "vitest";
import type { Change } from "./announcer.ts";
import { type ChangedOperation, changedOperations } from "./changed-operations.ts";
import { World } from "./testing/world.ts";

it("lists the operations of a change once, without values, whoever wrote them", async () => {
  const world = new World();
  const [a, b] = [await world.add(), await world.add()];
  const listed: ChangedOperation[] = [];
  const changes: Change[] = [];
  b.replica.subscribe((change) => changes.push(change));
  const values = ["secret", "mark"];
  const uid = new Uint8Array(16).fill(5);
  await a.store.commit({ intents: [{ kind: "counter.add", object: "n", by: 1 }] });
  await a.store.commit({ intents: [{ kind: "row.add", table: "notes", uid, hint: null, values }] });
  await world.connect(0, 1);
  await b.store.commit({ intents: [{ kind: "counter.add", object: "m", by: 2 }] });
  await world.settle();
  for (const change of changes)
    for await (const one of changedOperations(change, b.store, testCrypto().compressor)) listed.push(one);
  expect(listed.map(({ outline }) => outline?.kind).toSorted()).toEqual([
    "counter.add",
    "counter.add",
    "row.add",
  ]);
  expect(JSON.stringify(listed)).not.toContain("secret");
  expect(new Set(listed.map(({ dot }) => `${dot.log} ${dot.seq}`)).size).toBe(3);
});
