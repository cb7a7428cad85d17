import type { LogId } from "@jarvis-crdt/crdt";
import type { Intent } from "@jarvis-crdt/store";
import { expect, it } from "vitest";
import { type Member, nodeId, World } from "./testing/world.ts";

const uid = (n: number) => new Uint8Array(16).fill(n + 1);
const row = (n: number): Intent => ({
  kind: "row.add",
  table: "notes",
  uid: uid(n),
  hint: null,
  values: [`${n}`, 0],
});
const count = (by: number): Intent => ({ kind: "counter.add", object: "n", by });

/** Node 0 and its twin 2 have both gone on with one log; node 1 knows what was before. */
async function forked(): Promise<{ world: World; all: readonly Member[]; log: LogId }> {
  const world = new World();
  const one = await world.add();
  const third = await world.add();
  await one.store.commit({ intents: [count(1)] });
  await world.connect(0, 1);
  await world.settle();
  const other = await world.add({ twinOf: 0 });
  await world.connect(2, 1);
  await world.settle();
  world.cut(0, 1);
  world.cut(2, 1);
  const [log] = [...(await one.store.frontier()).keys()];
  other.store.continueLog(log!);
  await one.store.commit({ intents: [row(1), count(10)] });
  for (const by of [100, 1000]) await other.store.commit({ intents: [row(by), count(by)] });
  return { world, all: [one, third, other], log: log! };
}

async function meet(world: World, a: number, b: number): Promise<void> {
  if (!world.isConnected(a, b)) await world.connect(a, b);
  await world.settle();
}

/** Sessions end when a log is abandoned, and begin anew. */
async function meetAll(world: World): Promise<void> {
  for (let round = 0; round < 4; round++) for (const twin of [0, 2]) await meet(world, twin, 1);
}

it("heals a log that two instances wrote, whichever comes first and has written more", async () => {
  for (const order of [
    [0, 2],
    [2, 0],
  ] as const) {
    const { world, all, log } = await forked();
    for (const twin of order) await meet(world, twin, 1);
    await meetAll(world);
    for (const { store } of all) {
      expect(await store.counter("n")).toBe(1111);
      for (const n of [1, 100, 1000]) expect(await store.row(uid(n))).toBeDefined();
      expect(await store.voids()).toMatchObject([{ log, from: 2, isUnsettled: false }]);
    }
    expect(new Set(await world.digests()).size).toBe(1);
    expect(world.healed[0]).toEqual({ at: order[1], log });
    expect([...all[1]!.replica.peers()].map(({ node }) => node)).toEqual([nodeId(0)]);
  }
});

it("mints anew what only others have of an instance that is gone", async () => {
  const { world, all } = await forked();
  await meet(world, 0, 1);
  world.cut(0, 1);
  for (let round = 0; round < 3; round++) await meet(world, 2, 1);
  const left = [all[1]!, all[2]!];
  for (const { store } of left) {
    expect(await store.counter("n")).toBe(1111);
    expect(await store.row(uid(1))).toBeDefined();
  }
  const digests = await world.digests();
  expect(digests[1]).toBe(digests[2]);
});

it("waits, and goes on, where its clock is so far behind that it cannot judge what it is shown of its own log", async () => {
  const { world, all, log } = await forked();
  const [, third, other] = all;
  await meet(world, 0, 1);
  world.cut(0, 1);
  const rightNow = Date.parse("2027-01-15T08:00:00Z");
  world.setClock(2, rightNow - 68_000);
  await meet(world, 2, 1);
  expect(world.problems).toContainEqual({ at: 2, peer: nodeId(1), code: "clock-ahead" });
  expect(world.isConnected(2, 1)).toBe(true);
  const peer = () => [...other!.replica.peers()].find(({ node }) => node === nodeId(1));
  expect(peer()?.held).toMatchObject([{ log, code: "clock-ahead" }]);

  world.setClock(2, rightNow);
  other!.replica.retryHeld();
  await world.settle();
  await meetAll(world);
  expect(world.healed).toEqual([{ at: 2, log }]);
  for (const { store } of [third!, other!]) expect(await store.counter("n")).toBe(1111);
  expect(peer()?.held).toEqual([]);
});
