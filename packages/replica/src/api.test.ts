import { expect, test } from "vitest";
import type { Change, Replica } from "./index.ts";
import { nodeId, World } from "./testing/world.ts";

async function replicas(count: number): Promise<{ world: World; nodes: readonly Replica[] }> {
  const world = new World();
  for (let i = 0; i < count; i++) await world.add();
  return { world, nodes: world.members.map(({ replica }) => replica) };
}

test("what two wrote while they were apart is on both after they meet (R58)", async () => {
  const { world, nodes } = await replicas(2);
  const [a, b] = nodes as [Replica, Replica];
  await a.incrementCounter("n");
  expect(await a.syncWith(b.node)).toEqual({ sent: 1, received: 0 });
  expect(await b.getCounterValue("n")).toBe(1);
  a.disconnectFrom(b.node);
  const dots = await Promise.all(
    world.members.map(async ({ store }, i) => {
      const committed = await store.commit({ intents: [{ kind: "set.add", object: "s", element: i }] });
      return committed.dots[0]!;
    }),
  );
  expect([await a.hasOperation(dots[1]!), await b.hasOperation(dots[0]!)]).toEqual([false, false]);
  expect(await a.connectTo(b.node)).toBe(b.node);
  await b.syncWith(a.node);
  for (const replica of nodes) for (const dot of dots) expect(await replica.hasOperation(dot)).toBe(true);
  expect(await a.hasOperation({ ...dots[0]!, seq: 0 })).toBe(false);
});

test("five nodes that each add their part and meet in pairs have the sum (R59)", async () => {
  const { nodes } = await replicas(5);
  for (const [i, replica] of nodes.entries()) await replica.incrementCounter("n", i + 1);
  for (const [i, a] of nodes.entries()) for (const b of nodes.slice(i + 1)) await a.syncWith(b.node);
  expect(await Promise.all(nodes.map((replica) => replica.getCounterValue("n")))).toEqual([
    15, 15, 15, 15, 15,
  ]);
});

test("changes are told with how far each log has grown, whoever wrote them", async () => {
  const { world, nodes } = await replicas(2);
  const [a, b] = nodes as [Replica, Replica];
  const changes: Change[] = [];
  const stop = b.subscribe((change) => changes.push(change));
  const { dots } = await world.members[0]!.store.commit({
    intents: [1, 2].map((element) => ({ kind: "set.add", object: "s", element })),
  });
  await a.syncWith(b.node);
  expect(changes).toEqual([new Map([[dots[0]!.log, { from: 0, through: 2 }]])]);
  stop();
  await a.incrementCounter("n", 5);
  await a.syncWith(b.node);
  expect(changes).toHaveLength(1);
  expect(await b.getCounterValue("n")).toBe(5);
  expect(await b.getCounterValue("unknown")).toBe(0);
});

test("counts the rows that live", async () => {
  const { world, nodes } = await replicas(2);
  const row = { kind: "row.add", table: "notes", hint: null, values: ["x", null] } as const;
  for (const n of [1, 2, 3])
    await world.members[0]!.store.commit({ intents: [{ ...row, uid: new Uint8Array(16).fill(n) }] });
  await nodes[0]!.syncWith(nodes[1]!.node);
  expect(await nodes[1]!.getEntryCount()).toBe(3);
});

test("whoever waits for an exchange hears when it cannot end", async () => {
  const { world, nodes } = await replicas(2);
  const [a, b] = nodes as [Replica, Replica];
  await a.connectTo(b.node);
  const stop = new AbortController();
  const waiting = a.syncWith(b.node, { signal: stop.signal });
  stop.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
  await expect(a.syncWith(b.node, { signal: stop.signal })).rejects.toThrow("enough");
  const cut = a.syncWith(b.node);
  world.cut(0, 1);
  await expect(cut).rejects.toMatchObject({ code: "disconnected" });
  await expect(a.incrementCounter("n", 1.5)).rejects.toMatchObject({ code: "invalid" });
});

test("what cannot be taken is not waited for", async () => {
  const world = new World();
  const start = 1_800_000_000_000;
  const [fast, b] = [await world.add({ clock: start + 600_000 }), await world.add({ clock: start })];
  await fast.replica.incrementCounter("n");
  await b.replica.incrementCounter("n", 2);
  await b.replica.connectTo(nodeId(0));
  await world.settle();
  expect(await b.replica.syncWith(nodeId(0))).toEqual({ sent: 0, received: 0 });
  expect(await fast.replica.getCounterValue("n")).toBe(3);
});

test("a lazy node keeps its changes until their time has come, and says at once what it has stored", async () => {
  const world = new World();
  const start = 1_800_000_000_000;
  const lazy = await world.add({ mode: { kind: "lazy", priority: "high" }, clock: start });
  const eager = await world.add({ clock: start });
  await lazy.replica.connectTo(nodeId(1));
  await eager.replica.incrementCounter("n", 1);
  await world.settle();
  expect(await lazy.replica.getCounterValue("n")).toBe(1);
  expect(eager.replica.peers()).toMatchObject([{ lagOperations: 0 }]);
  await lazy.replica.incrementCounter("n", 10);
  const value = async (after: number) => {
    world.setClock(0, start + after);
    lazy.replica.tick();
    await world.settle();
    return eager.replica.getCounterValue("n");
  };
  await world.settle();
  // One change is little activity: twice ten seconds.
  expect(await value(19_999)).toBe(1);
  expect(lazy.replica.peers()).toMatchObject([{ lagOperations: 1, lagSeconds: 19.999 }]);
  expect(await value(20_000)).toBe(11);
  await lazy.replica.incrementCounter("n", 100);
  await world.settle();
  lazy.replica.scheduleSync(nodeId(1), "critical");
  expect(await value(22_000)).toBe(111);
  await lazy.replica.incrementCounter("n", 1000);
  await eager.replica.syncWith(nodeId(0));
  expect(await eager.replica.getCounterValue("n")).toBe(1111);
});

test("a lazy node sends sooner what concerns a more urgent object or table, with all that waits", async () => {
  const world = new World();
  const start = 1_800_000_000_000;
  const lazy = await world.add({
    mode: { kind: "lazy", priority: "low" },
    priorities: { "alarm*": "critical", notes: "high" },
    clock: start,
  });
  const eager = await world.add({ clock: start });
  await lazy.replica.connectTo(nodeId(1));
  let clock = start;
  const arrivesAfter = async (seconds: number): Promise<void> => {
    for (const early of [1, 0]) {
      await world.settle();
      for (const at of [0, 1]) world.setClock(at, clock + seconds * 1000 - early);
      lazy.replica.tick();
      await world.settle();
      expect(lazy.replica.lag(nodeId(1))?.operations === 0).toBe(early === 0);
    }
    clock += seconds * 1000;
  };
  const uid = new Uint8Array(16).fill(1);
  // Few changes are little activity: everything takes twice as long.
  await lazy.replica.incrementCounter("n");
  await arrivesAfter(600);
  await lazy.store.commit({
    intents: [{ kind: "row.add", table: "notes", uid, hint: null, values: ["text", "mark"] }],
  });
  await arrivesAfter(20);
  await lazy.replica.incrementCounter("n");
  await lazy.replica.incrementCounter("alarms");
  await arrivesAfter(2);
  expect(await eager.replica.getCounterValue("n")).toBe(2);
});

test("a scheduled node synchronises by the clock", async () => {
  const world = new World();
  const start = 1_800_000_000_000;
  const clock = await world.add({ mode: { kind: "scheduled", intervalMs: 5_000 }, clock: start });
  const eager = await world.add({ clock: start });
  await clock.replica.connectTo(nodeId(1));
  for (const [after, seen] of [
    [1_000, 0],
    [4_999, 0],
    [5_000, 3],
    [9_999, 3],
    [10_000, 5],
  ] as const) {
    await clock.replica.incrementCounter("n");
    world.setClock(0, start + after);
    await world.settle();
    clock.replica.tick();
    await world.settle();
    expect(await eager.replica.getCounterValue("n")).toBe(seen);
  }
});
