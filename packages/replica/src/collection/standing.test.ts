import { expect, it } from "vitest";
import { nodeId, World } from "../testing/world.ts";
import { acknowledgeDue, acknowledgeNow } from "./acknowledging.ts";
import { holdersOf, standingOf } from "./standing.ts";

const day = 86_400_000;
const start = 1_800_000_000_000;
const leaseMs = 30 * day;

async function three() {
  const world = new World();
  const members = [await world.add(), await world.add(), await world.add()] as const;
  await world.connect(0, 1);
  await world.connect(1, 2);
  for (const { store } of members)
    await store.commit({ intents: [{ kind: "register.set", object: "r", value: "x".repeat(500) }] });
  await world.settle();
  const standing = (now = start) =>
    standingOf({ store: members[0].store, authority: world.authority(), now, leaseMs });
  return { world, stores: members.map(({ store }) => store), standing };
}

it("knows who has not acknowledged what, and what that weighs", async () => {
  const { world, stores, standing } = await three();
  expect((await standing()).logs.map(({ settled }) => settled)).toEqual([0, 0, 0]);
  await acknowledgeNow(stores[1]!);
  await world.settle();
  const { members, logs } = await standing();
  const question = { store: stores[0]!, authority: world.authority(), now: start, leaseMs };
  expect((await holdersOf(question)).map(({ node }) => node)).toEqual([nodeId(2)]);
  expect(members.map(({ node, acknowledgedAt }) => [node, acknowledgedAt !== null])).toEqual([
    [nodeId(1), true],
    [nodeId(2), false],
  ]);
  expect(members[0]!.lacks.batches).toBe(0);
  expect(members[1]!.lacks.batches).toBe(3);
  // What it wrote itself it has.
  for (const { log, heldBytes, bytes } of logs) expect(heldBytes).toBe(log.startsWith(nodeId(2)) ? 0 : bytes);
  await acknowledgeNow(stores[2]!);
  await world.settle();
  const after = await standing();
  expect(after.members[1]!.lacks.batches).toBe(0);
  // The last acknowledgement itself is what the other one has not said to have.
  expect(after.logs.map(({ heldBy }) => heldBy)).toContainEqual([]);
});

it("waits no more for a member whose lease is over", async () => {
  const { world, stores, standing } = await three();
  await acknowledgeNow(stores[1]!);
  await world.settle();
  const { members, logs } = await standing(start + leaseMs + day);
  expect(members.map(({ isRunning }) => isRunning)).toEqual([false, false]);
  expect(logs.filter(({ settled }) => settled > 0).length).toBe(3);
});

it("does not wait for readers", async () => {
  const world = new World();
  const [a] = [await world.add(), await world.add({ role: "reader" })];
  await world.connect(0, 1);
  await world.settle();
  const { members } = await standingOf({ store: a.store, authority: world.authority(), now: start, leaseMs });
  expect(members).toEqual([]);
});

it("acknowledges at most once in a quarter of a lease, and falls silent when nobody writes", async () => {
  const { world, stores } = await three();
  const all = async (now: number) => {
    const done: boolean[] = [];
    for (const [i, store] of stores.entries()) {
      world.setClock(i, now);
      done.push(await acknowledgeDue(store, now, leaseMs));
    }
    await world.settle();
    return done;
  };
  expect(await all(start + day)).toEqual([false, false, false]);
  expect(await all(start + 8 * day)).toEqual([true, true, true]);
  await stores[0]!.commit({ intents: [{ kind: "register.set", object: "r", value: "y" }] });
  expect(await all(start + 9 * day)).toEqual([false, false, false]);
  expect(await all(start + 17 * day)).toEqual([true, true, true]);
  expect(await all(start + 30 * day)).toEqual([false, false, false]);
});
