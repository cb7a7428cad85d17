import { hollowOf, isHollow } from "@jarvis-crdt/batch";
import { type LogId, nodeOf } from "@jarvis-crdt/crdt";
import type { MemoryStore } from "@jarvis-crdt/store";
import { expect, test } from "vitest";
import { type Member, World } from "../testing/world.ts";

const uid = (i: number) => new Uint8Array(16).fill(i);
const add = (i: number) =>
  ({ kind: "row.add", table: "notes", uid: uid(i), hint: null, values: ["text", "mark"] }) as const;
const remove = (i: number) => ({ kind: "row.remove", table: "notes", uid: uid(i) }) as const;
const edit = (i: number, text: string) =>
  ({ kind: "row.set", table: "notes", uid: uid(i), group: "text", values: [text] }) as const;

/** From now on the store gives these batches hollow: what is spent, or all that `lies` says. */
function throwsAway(store: MemoryStore, lies: (log: LogId, first: number) => boolean = () => false): void {
  const read = store.read.bind(store);
  store.read = async (log, after, maxBytes) => {
    const { runs } = await store.spent(log, 0);
    let seq = after;
    return (await read(log, after, maxBytes)).map((envelope) => {
      const first = seq + 1;
      const last = first + countOf(envelope.header) - 1;
      seq = last;
      const isSpent = runs.some((run) => run.first <= first && last <= run.last);
      return isSpent || lies(log, first) ? hollowOf(envelope) : envelope;
    });
  };
}

function countOf(header: Uint8Array): number {
  return new DataView(header.buffer, header.byteOffset).getUint32(74);
}

/** The members' timers, a few times. */
async function pass(world: World): Promise<void> {
  for (let i = 0; i < 4; i++) {
    await world.settle();
    for (const { replica } of world.members) {
      replica.retryHeld();
      replica.tick();
    }
  }
  await world.settle();
}

/** Rows 1 and 2 by the first member, 1 edited twice and 2 removed by the second; both have everything. */
async function written(world: World): Promise<readonly [Member, Member]> {
  const a = await world.add();
  const b = await world.add();
  await world.connect(0, 1);
  await a.store.commit({ intents: [add(1), add(2)] });
  await world.settle();
  await b.store.commit({ intents: [edit(1, "once")] });
  await b.store.commit({ intents: [edit(1, "twice")] });
  await b.store.commit({ intents: [remove(2)] });
  await world.settle();
  return [a, b];
}

async function hollowsAt({ store }: Member): Promise<number> {
  let hollow = 0;
  for (const log of (await store.frontier()).keys())
    hollow += (await store.read(log, 0, Number.MAX_SAFE_INTEGER)).filter(isHollow).length;
  return hollow;
}

test("a node that joins takes hollow batches on the word of a second member, and ends with the same state", async () => {
  const world = new World();
  const [a, b] = await written(world);
  throwsAway(a.store);
  throwsAway(b.store);
  const c = await world.add();
  await world.connect(0, 2);
  await pass(world);
  expect(c.replica.peers()[0]?.held.map(({ code }) => code)).toEqual(["unvouched"]);
  await world.connect(1, 2);
  await pass(world);
  expect(await hollowsAt(c)).toBe(2);
  expect(await c.store.row(uid(2))).toBeUndefined();
  expect((await c.store.row(uid(1)))?.values.get("text")).toBe("twice");
  expect(await c.store.doubts()).toBeUndefined();
  expect(new Set(await world.digests()).size).toBe(1);
});

test("in a cluster of two the word of the other suffices", async () => {
  const world = new World();
  const a = await world.add();
  await a.store.commit({ intents: [add(1), add(2)] });
  await a.store.commit({ intents: [edit(1, "once")] });
  await a.store.commit({ intents: [edit(1, "twice"), remove(2)] });
  throwsAway(a.store);
  const b = await world.add();
  await world.connect(0, 1);
  await pass(world);
  expect([await hollowsAt(b), await b.store.row(uid(2))]).toEqual([1, undefined]);
  expect(new Set(await world.digests()).size).toBe(1);
});

test("a member that was away lets fall what was removed meanwhile, and what it wrote alone stays", async () => {
  const world = new World();
  const [a, b] = await written(world);
  const c = await world.add();
  await world.connect(0, 2);
  await world.settle();
  world.cut(0, 2);
  await c.store.commit({ intents: [add(3), edit(1, "while away")] });
  await a.store.commit({ intents: [remove(1)] });
  await world.settle();
  throwsAway(a.store);
  throwsAway(b.store);
  await world.connect(0, 2);
  await world.connect(1, 2);
  await pass(world);
  expect(await hollowsAt(c)).toBeGreaterThan(0);
  for (const { store } of world.members) {
    expect(await store.row(uid(1))).toBeUndefined();
    expect(await store.row(uid(3))).toBeDefined();
    expect(await store.doubts()).toBeUndefined();
  }
  expect(new Set(await world.digests()).size).toBe(1);
});

test("who throws away what lives makes nobody lose it: the batch comes from another", async () => {
  const world = new World();
  const [a] = await written(world);
  const own = nodeOf((await a.store.frontier()).keys().next().value!);
  throwsAway(a.store, (log) => nodeOf(log) === own);
  const c = await world.add();
  await world.connect(0, 2);
  await pass(world);
  expect(await c.store.row(uid(1))).toBeUndefined();
  await world.connect(1, 2);
  await pass(world);
  expect((await c.store.row(uid(1)))?.values.get("text")).toBe("twice");
  expect(new Set(await world.digests()).size).toBe(1);
});

test("the word of one who calls spent what lives makes nothing fall", async () => {
  const world = new World();
  const [a, b] = await written(world);
  throwsAway(a.store);
  throwsAway(b.store);
  const spent = b.store.spent.bind(b.store);
  b.store.spent = async (log, after) => {
    const { through, settled } = await spent(log, after);
    const runs = through > after ? [{ first: after + 1, last: through }] : [];
    return { through, settled, runs, told: [], overwritten: [] };
  };
  const c = await world.add();
  await world.connect(0, 2);
  await world.connect(1, 2);
  await pass(world);
  expect((await c.store.row(uid(1)))?.values.get("text")).toBe("twice");
  expect(await c.store.row(uid(2))).toBeUndefined();
  expect(new Set(await world.digests()).size).toBe(1);
});
