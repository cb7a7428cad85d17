import { fc, it } from "@fast-check/vitest";
import { expect } from "vitest";
import { nodeId, World } from "./testing/world.ts";

const uid = (n: number) => new Uint8Array(16).fill(n + 1);

it("brings what one node had to another, and what it writes later at once", async () => {
  const world = new World();
  const [a, b] = [await world.add(), await world.add()];
  await a.store.commit({ intents: [{ kind: "counter.add", object: "runs", by: 2 }] });
  await world.connect(0, 1);
  await world.settle();
  expect(await b.store.counter("runs")).toBe(2);
  await b.store.commit({ intents: [{ kind: "set.add", object: "tags", element: "late" }] });
  await world.settle();
  expect(await a.store.set("tags")).toEqual(["late"]);
  expect(a.replica.lag(nodeId(1))).toEqual({ operations: 0, seconds: 0, synced: true });
});

it("relays what others wrote, with their certificates and schemas", async () => {
  const world = new World();
  const [a, , c] = [await world.add(), await world.add(), await world.add()];
  await world.connect(0, 1);
  await world.connect(1, 2);
  const values = ["first", null];
  await a.store.commit({ intents: [{ kind: "row.add", table: "notes", uid: uid(1), hint: null, values }] });
  await world.settle();
  expect((await c.store.row(uid(1)))?.values).toEqual(
    new Map([
      ["text", "first"],
      ["mark", null],
    ]),
  );
  expect(await c.store.certificates(nodeId(0))).toHaveLength(1);
});

it("does not take what a reader signed, and keeps taking everything else", async () => {
  const world = new World();
  const [reader, b, c] = [await world.add({ role: "reader" }), await world.add(), await world.add()];
  await reader.store.commit({ intents: [{ kind: "counter.add", object: "n", by: 1 }] });
  await world.connect(0, 1);
  await world.connect(1, 2);
  await c.store.commit({ intents: [{ kind: "counter.add", object: "n", by: 10 }] });
  await world.settle();
  expect(await b.store.counter("n")).toBe(10);
  expect(await reader.store.counter("n")).toBe(11);
  expect(world.problems).toEqual([{ at: 1, peer: nodeId(0), code: "forbidden" }]);
});

it("holds what is stamped ahead of the clock until its time comes", async () => {
  const world = new World();
  const start = 1_800_000_000_000;
  const [fast, b] = [await world.add({ clock: start + 600_000 }), await world.add({ clock: start })];
  await fast.store.commit({ intents: [{ kind: "counter.add", object: "n", by: 1 }] });
  await world.connect(0, 1);
  await world.settle();
  expect(await b.store.counter("n")).toBeUndefined();
  expect(world.problems).toEqual([{ at: 1, peer: nodeId(0), code: "clock-ahead" }]);
  b.replica.retryHeld();
  await world.settle();
  expect(await b.store.counter("n")).toBeUndefined();
  world.setClock(1, start + 600_000);
  b.replica.retryHeld();
  await world.settle();
  expect(await b.store.counter("n")).toBe(1);
});

it("knows how far a peer was while it is away, and counts what it misses", async () => {
  const world = new World();
  const [a] = [await world.add(), await world.add()];
  const { dots } = await a.store.commit({ intents: [{ kind: "counter.add", object: "n", by: 1 }] });
  expect(a.replica.peers()).toEqual([]);
  await world.connect(0, 1);
  await world.settle();
  expect(a.replica.acknowledgedBy(dots[0]!)).toEqual([nodeId(1)]);
  world.cut(0, 1);
  world.setClock(0, 1_800_000_000_000);
  for (let i = 0; i < 3; i++)
    await a.store.commit({ intents: [{ kind: "counter.add", object: "n", by: 1 }] });
  await world.settle();
  world.setClock(0, 1_800_000_005_000);
  expect(a.replica.peers()).toMatchObject([
    {
      node: nodeId(1),
      connected: false,
      synced: true,
      lagOperations: 3,
      lagSeconds: 5,
      missingOperations: 0,
    },
  ]);
  expect(a.replica.acknowledgedBy({ ...dots[0]!, seq: 2 })).toEqual([]);
  await world.connect(0, 1);
  await world.settle();
  expect(a.replica.peers()).toMatchObject([{ connected: true, lagOperations: 0, lagSeconds: 0 }]);
  // Either side may notice first.
  expect(world.rounds.map(({ at, sent, received }) => `${at}: ${sent}/${received}`).sort()).toEqual([
    "0: 1/0",
    "0: 3/0",
    "1: 0/1",
    "1: 0/3",
  ]);
});

it("says why it does not take what a peer has", async () => {
  const world = new World();
  const start = 1_800_000_000_000;
  const [fast, b] = [await world.add({ clock: start + 600_000 }), await world.add({ clock: start })];
  await fast.store.commit({ intents: [{ kind: "counter.add", object: "n", by: 1 }] });
  await world.connect(0, 1);
  await world.settle();
  const held = { code: "clock-ahead", since: start };
  expect(b.replica.peers()).toMatchObject([{ missingOperations: 1, synced: false, held: [held] }]);
  world.setClock(1, start + 1_000);
  b.replica.retryHeld();
  await world.settle();
  expect(b.replica.peers()).toMatchObject([{ held: [held] }]);
  world.setClock(1, start + 600_000);
  b.replica.retryHeld();
  await world.settle();
  expect(b.replica.peers()).toMatchObject([{ missingOperations: 0, held: [] }]);
});

it("asks again for what was held although the batches before it were stored only after it was refused", async () => {
  const world = new World();
  const start = 1_800_000_000_000;
  const [fast, b] = [await world.add({ clock: start }), await world.add({ clock: start })];
  await fast.store.commit({ intents: [{ kind: "counter.add", object: "n", by: 1 }] });
  world.setClock(0, start + 600_000);
  await fast.store.commit({ intents: [{ kind: "counter.add", object: "n", by: 2 }] });
  const { promise: slowDisk, resolve: store } = Promise.withResolvers<void>();
  const apply = b.store.apply.bind(b.store);
  b.store.apply = (batches) => slowDisk.then(() => apply(batches));
  await world.connect(0, 1);
  await world.settle();
  expect(world.problems).toEqual([{ at: 1, peer: nodeId(0), code: "clock-ahead" }]);
  store();
  await world.settle();
  expect(await b.store.counter("n")).toBe(1);
  world.setClock(1, start + 600_000);
  b.replica.retryHeld();
  await world.settle();
  expect(await b.store.counter("n")).toBe(3);
});

it("takes each batch from one peer in a mesh, whoever writes, and also what a newcomer catches up with", async () => {
  const world = new World();
  for (let i = 0; i < 5; i++) await world.add();
  const write = async (at: number) => {
    for (let i = 0; i < 10; i++)
      await world.members[at]!.store.commit({ intents: [{ kind: "counter.add", object: "n", by: 1 }] });
  };
  await write(0);
  for (let a = 0; a < 4; a++) for (let b = a + 1; b < 4; b++) await world.connect(a, b);
  for (let at = 0; at < 4; at++) await write(at);
  await world.settle();
  for (let a = 0; a < 4; a++) await world.connect(a, 4);
  for (let at = 0; at < 5; at++) await write(at);
  await world.settle();
  expect(new Set(await world.digests()).size).toBe(1);
  // 100 operations, each to four nodes.
  expect(world.received).toBeGreaterThanOrEqual(400);
  expect(world.received).toBeLessThanOrEqual(480);
});

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("write" as const),
      at: fc.nat(3),
      what: fc.nat(5),
      key: fc.nat(3),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("wire" as const), a: fc.nat(3), b: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("settle" as const) }) },
);

it.prop([fc.array(step, { minLength: 5, maxLength: 60 })], { numRuns: 60, seed: 20 })(
  "converges after any history of writes, cuts and reconnections",
  async (steps) => {
    const world = new World();
    for (let i = 0; i < 4; i++) await world.add();
    let added = 0;
    for (const one of steps) {
      if (one.kind === "settle") await world.settle();
      else if (one.kind === "wire") {
        if (one.a === one.b) continue;
        if (world.isConnected(one.a, one.b)) world.cut(one.a, one.b);
        else await world.connect(one.a, one.b);
      } else added += await write(world, one.at, one.what, one.key);
    }
    for (let i = 1; i < 4; i++) if (!world.isConnected(i - 1, i)) await world.connect(i - 1, i);
    await world.settle();
    expect(new Set(await world.digests()).size).toBe(1);
    expect(await world.members[3]!.store.counter("n")).toBe(added === 0 ? undefined : added);
    expect(world.problems).toEqual([]);
  },
);

/** Returns how much the counter grew. */
async function write(world: World, at: number, what: number, key: number): Promise<number> {
  const { store } = world.members[at]!;
  const row = { table: "notes", uid: uid(key) };
  const live = (await store.row(row.uid)) !== undefined;
  switch (what) {
    case 0:
      await store.commit({ intents: [{ kind: "counter.add", object: "n", by: 1 }] });
      return 1;
    case 1:
      await store.commit({ intents: [{ kind: "register.set", object: `r${key}`, value: at }] });
      return 0;
    case 2:
      await store.commit({ intents: [{ kind: "set.add", object: "s", element: key }] });
      return 0;
    case 3:
      await store.commit({ intents: [{ kind: "set.remove", object: "s", element: key }] });
      return 0;
    case 4:
      await store.commit({
        intents: live
          ? [{ kind: "row.set", ...row, group: "mark", values: [at] }]
          : [{ kind: "row.add", ...row, hint: null, values: ["new", at] }],
      });
      return 0;
    default:
      if (live) await store.commit({ intents: [{ kind: "row.remove", ...row }] });
      return 0;
  }
}
