import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testCrypto } from "@jarvis-crdt/batch/testing";
import { CrdtError, nodeOf, type Value } from "@jarvis-crdt/crdt";
import { MemoryStore, type Store } from "@jarvis-crdt/store";
import { Random, World } from "@jarvis-crdt/store/conformance";
import { SqliteStore } from "@jarvis-crdt/store-sqlite";
import { afterAll, expect, test } from "vitest";
import { Objects } from "./objects.ts";
import { type Model, mapModels, models } from "./testing/models.ts";

// One history drives, for each type, the container, objects in the memory store and objects in the SQLite store: after
// each step all three read alike. A soak of some minutes: OBJECT_RUNS=100.

const runs = Number(process.env.OBJECT_RUNS ?? 1);
const firstSeed = Number(process.env.TYPE_SEED ?? 1);
const nodes = 3;
const steps = 40;
const crypto = testCrypto();
const folder = mkdtempSync(join(tmpdir(), "objects-"));
let files = 0;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const media = {
  memory: (setup: ConstructorParameters<typeof MemoryStore>[0]) => new MemoryStore(setup),
  sqlite: (setup: ConstructorParameters<typeof MemoryStore>[0]) => {
    const at = join(folder, String(files++));
    return new SqliteStore({ ...setup, path: `${at}.db`, fence: `${at}.fence`, durability: "normal" });
  },
};

/** Elements and keys have no order of their own. */
function comparable(value: Value, type: string): unknown {
  if (type === "bounded_counter" && typeof value === "object") return (value as { value: Value }).value;
  if (type === "grow_log") return (value as readonly Value[]).map((one) => (one as { value: Value }).value);
  const isOrdered = type.startsWith("time_series") || !Array.isArray(value);
  const nested = type.startsWith("or_map:")
    ? (value as readonly [Value, Value][]).map(([key, inner]) => [key, comparable(inner, type.slice(7))])
    : value;
  return isOrdered ? nested : [...(nested as readonly unknown[])].map((one) => JSON.stringify(one)).sort();
}

interface Delivered {
  readonly at: number;
  readonly type: string;
  readonly deltas: readonly unknown[];
}

/** The containers of one type at all nodes, and what happened to them. */
class Play {
  readonly containers: readonly ReturnType<Model["create"]>[];

  constructor(model: Model, ids: readonly string[]) {
    this.containers = ids.map((id) => model.create(id));
  }
}

async function play(
  stores: World,
  which: Readonly<Record<string, Model>>,
  seed: number,
  inOrder: boolean,
): Promise<void> {
  const random = new Random(seed);
  const ids = stores.stores.map((store) => store.node);
  const objects = stores.stores.map(
    (store) => new Objects({ store, hasher: crypto.hasher, random: (n) => random.bytes(n) }),
  );
  const plays = new Map(Object.entries(which).map(([type, model]) => [type, new Play(model, ids)]));
  const done: Delivered[] = [];
  const known = ids.map(() => new Set<Delivered>());
  const check = async (at: number, type: string, what: string) => {
    const state = await objects[at]!.read(type, type);
    if (state === undefined) return;
    const container = plays.get(type)!.containers[at]!;
    const expected = which[type]!.read(container);
    const model = type === "grow_log" ? expected : comparable(expected, type);
    expect(comparable(state.value, type), `${type} at node ${at} after ${what}, seed ${seed}`).toEqual(model);
  };
  const types = Object.keys(which);
  for (let i = 0; i < steps * types.length; i++) {
    stores.wait(10);
    const at = random.below(nodes);
    if (random.below(3) > 0) {
      const type = random.pick(types);
      const model = which[type]!;
      const container = plays.get(type)!.containers[at]!;
      const step = model.draw((below) => random.below(below), ids);
      let refused: string | undefined;
      try {
        const entry = { at, type, deltas: model.apply(container, step, i + 1) };
        done.push(entry);
        known[at]!.add(entry);
      } catch (error) {
        if (!(error instanceof CrdtError)) throw error;
        refused = error.code;
      }
      const update = objects[at]!.update(type, { type, ...step });
      if (refused !== undefined) await expect(update).rejects.toMatchObject({ code: refused });
      else await update;
      await check(at, type, step.operation);
      continue;
    }
    const from = (at + 1 + random.below(nodes - 1)) % nodes;
    const author = inOrder ? undefined : random.below(nodes);
    await deliver(stores, from, at, author);
    const touched = new Set<string>();
    for (const entry of done) {
      const isSent = author === undefined || entry.at === author;
      if (!isSent || !known[from]!.has(entry) || known[at]!.has(entry)) continue;
      for (const delta of entry.deltas) plays.get(entry.type)!.containers[at]!.merge(delta);
      known[at]!.add(entry);
      touched.add(entry.type);
    }
    for (const type of touched) await check(at, type, "a delivery");
  }
  await stores.syncAll();
  await stores.assertSameDigests();
  for (const type of types) {
    const { containers } = plays.get(type)!;
    for (const one of containers) for (const other of containers) one.merge(other.state);
    for (let at = 0; at < nodes; at++) await check(at, type, "everything");
    expect(await objects[0]!.list()).toContainEqual({ name: type, type });
  }
}

async function deliver(world: World, from: number, to: number, author: number | undefined): Promise<void> {
  const source = world.stores[from] as Store;
  for (const log of (await source.frontier()).keys()) {
    if (author !== undefined && nodeOf(log) !== world.stores[author]!.node) continue;
    await world.send(source, world.stores[to]!, log);
  }
}

// The memory store is quick, and short histories find rare orders only in numbers.
const histories = { memory: runs * 5, sqlite: runs };
const cases = (Object.keys(media) as (keyof typeof media)[]).flatMap((medium) =>
  Array.from({ length: histories[medium] }, (_, i) => firstSeed + i).flatMap((seed) => [
    { medium, seed, what: "flat types, logs in any order", which: models, inOrder: false },
    { medium, seed, what: "maps", which: mapModels, inOrder: true },
  ]),
);

test.each(cases)(
  "objects in the $medium store do what the containers do: $what, seed $seed",
  {
    timeout: 60_000,
  },
  ({ medium, seed, which, inOrder }) =>
    World.run(
      { ...crypto, keeps: false, make: (setup) => media[medium]({ ...setup, ...crypto }) },
      nodes,
      (world) => play(world, which, seed, inOrder),
    ),
);
