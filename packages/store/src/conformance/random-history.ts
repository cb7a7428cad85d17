import type { Uid } from "@jarvis-crdt/crdt";
import type { Intent, ObjectCell, Store } from "../store.ts";
import { assertEqual, type Check } from "./check.ts";
import { addRow, removeRow, setContent, setVerification } from "./rows.ts";
import { type ConformanceOptions, World } from "./world.ts";

const nodes = 4;
const steps = 120;

/** Random histories over several stores: any order of delivery, duplicates, restarts. */
export function randomHistoryChecks(options: ConformanceOptions): readonly Check[] {
  const seeds = Array.from({ length: options.histories ?? 10 }, (_, i) => i + 1);
  return seeds.map((seed) => ({
    name: `random history ${seed}: equal digests, nothing lost, nothing doubled`,
    run: () => World.run(options, nodes, (world) => play(world, options.keeps), seed),
  }));
}

async function play(world: World, restarts: boolean): Promise<void> {
  const { random } = world;
  const uids = Array.from({ length: 6 }, () => world.uid());
  const sums = { counter: 0 };
  for (let step = 0; step < steps; step++) {
    world.wait(random.below(3));
    const index = random.below(nodes);
    const choice = random.below(10);
    if (choice < 5) await write(world, world.stores[index]!, uids, sums);
    else if (choice < 9 || !restarts) await deliver(world, index);
    else if (random.below(3) === 0) await world.restart(index);
  }
  await world.syncAll();
  await world.assertSameDigests();
  const [first] = world.stores;
  for (const [i, store] of world.stores.entries()) {
    assertEqual(await store.counter("c"), sums.counter || (await first!.counter("c")), `the counter of ${i}`);
    assertEqual((await store.counts()).quarantined, 0, `waiting transactions of ${i}`);
    assertEqual(await contents(store, uids), await contents(first!, uids), `the contents of ${i}`);
  }
}

/** One to four intents; each transaction counts itself, so that half a transaction would show. */
async function write(
  world: World,
  store: Store,
  uids: readonly Uid[],
  sums: { counter: number },
): Promise<void> {
  const by = 1 + world.random.below(5);
  const intents: Intent[] = [{ kind: "counter.add", object: "c", by }];
  for (let rest = world.random.below(4); rest > 0; rest--) intents.push(someIntent(world, uids));
  await store.commit({ intents });
  sums.counter += by;
}

export function someIntent(world: World, uids: readonly Uid[]): Intent {
  const { random } = world;
  const uid = random.pick(uids);
  const n = random.below(1000);
  switch (random.below(10)) {
    case 0:
      return { kind: "register.set", object: random.pick(["r", "q"]), value: n % 7 };
    case 1:
      return { kind: "set.add", object: "s", element: n % 5 };
    case 2:
      return { kind: "set.remove", object: "s", element: n % 5 };
    case 8:
      return { kind: "keyed.set", object: "k", key: n % 3, value: n % 7 };
    case 9:
      return { kind: "keyed.remove", object: "k", key: n % 3 };
    case 3:
      return setContent(uid, `text ${n % 4}`);
    case 4:
      return setVerification(uid, ["ok", n]);
    case 5:
      return removeRow(uid);
    case 6:
      return { ...addRow(uid, ["adopted", n, "base"]), base: true };
    default:
      return addRow(uid, ["pending", n, "text"]);
  }
}

/** Some batches of some log, from one store to another, in the order of the log and perhaps for the second time. */
export async function deliver(world: World, to: number): Promise<void> {
  const { random, stores } = world;
  const from = stores[(to + 1 + random.below(stores.length - 1)) % stores.length]!;
  const target = stores[to]!;
  const logs = [...(await from.frontier()).keys()];
  if (logs.length === 0) return;
  const log = random.pick(logs);
  const known = (await target.frontier()).get(log)?.seq ?? 0;
  const again = random.below(4) === 0;
  const batches = await world.batches(from, log, again ? 0 : known);
  for (const batch of batches) await world.sendSchema(from, target, batch);
  await target.apply(batches.slice(0, 1 + random.below(4)));
}

export async function contents(store: Store, uids: readonly Uid[]): Promise<unknown> {
  const rows = [];
  for (const uid of uids) {
    const row = await store.row(uid);
    rows.push(row && { dot: row.dot, values: row.values, conflicts: row.conflicts });
  }
  const set = ((await store.set("s")) ?? []).map((value) => JSON.stringify(value)).sort();
  const { conflicts, rows: live } = await store.counts();
  const keyed = await store.cells({ type: "keyed", name: "k" });
  return {
    rows,
    set,
    keyed: sorted(keyed),
    r: await store.register("r"),
    q: await store.register("q"),
    conflicts,
    live,
  };
}

/** Stores give their cells in any order. */
function sorted(cells: readonly ObjectCell[]): readonly ObjectCell[] {
  return [...cells].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
