import { type Batch, makeBatch, type Signer, schemaId } from "@jarvis-crdt/batch";
import {
  compareDots,
  type Dot,
  encodeOperation,
  encodeSchema,
  type LogId,
  makeLogId,
  type Operation,
  Pieced,
  sameDot,
} from "@jarvis-crdt/crdt";
import { noId } from "../engine/engine.ts";
import { assertEqual, type Check, hex } from "./check.ts";
import type { Random } from "./random.ts";
import { type ConformanceOptions, testSchema, World } from "./world.ts";

const authors = 3;
const transactions = 14;
const stores = 3;
const names = ["x", "y"];
/** A store does not verify signatures; whoever calls it has done so. */
const signer: Signer = { key: new Uint8Array(16), sign: () => new Uint8Array(64) };

/**
 * Authors who write whatever the format allows: dots that do not exist, of other objects or yet to come, writes to
 * rows nobody added, changes of grow-only tables, groups that are none. Whatever arrives in whatever order, stores
 * with the same batches have the same digest and wait for the same transactions.
 */
export function hostileHistoryChecks(options: ConformanceOptions): readonly Check[] {
  const seeds = Array.from({ length: options.histories ?? 10 }, (_, i) => i + 1);
  return seeds.map((seed) => ({
    name: `hostile history ${seed}: equal digests whatever the order`,
    run: () => World.run(options, stores, (world) => play(world, options), seed),
  }));
}

async function play(world: World, options: ConformanceOptions): Promise<void> {
  const { random } = world;
  const uids = [random.bytes(16), random.bytes(16)];
  const logs = Array.from({ length: authors }, (_, i) =>
    makeLogId(`0000000${i}-0000-4000-8000-00000000000a`, hex(random.bytes(8))),
  );
  const bytes = encodeSchema(testSchema);
  const schema = schemaId(bytes, options.hasher);
  const written = logs.map((log) => writeLog(log, logs, uids, schema, random, world, options));
  for (const store of world.stores) {
    const queues = written.map((batches) => [...batches]);
    for (let left = queues.filter((queue) => queue.length > 0); left.length > 0; ) {
      const queue = random.pick(left);
      const batches = queue.splice(0, 1 + random.below(3));
      assertEqual((await store.apply(batches)).refused, [], "what is refused");
      left = queues.filter((one) => one.length > 0);
      if (random.below(10) === 0) await store.digest();
    }
  }
  await world.assertSameDigests();
  const [first, ...others] = await Promise.all(world.stores.map((store) => store.counts()));
  for (const other of others) assertEqual(other, first, "counts");
}

function writeLog(
  log: LogId,
  logs: readonly LogId[],
  uids: readonly Uint8Array[],
  schema: Uint8Array,
  random: Random,
  world: World,
  options: ConformanceOptions,
): readonly Batch[] {
  const batches: Batch[] = [];
  let previous: Uint8Array = noId;
  let first = 1;
  for (let number = 1; number <= transactions; number++) {
    const hlcMin = (world.now - 1_600_000_000_000) * 4096 + number * 10;
    const operations = Array.from({ length: 1 + random.below(3) }, () =>
      random.below(20) === 0
        ? longRow(random.pick(uids), random)
        : [someOperation(logs, uids, hlcMin + random.below(5), random)],
    ).flat();
    const batch = makeBatch(
      {
        cluster: world.stores[0]!.cluster,
        log,
        number,
        first,
        previous,
        continues: number < transactions && random.below(4) === 0,
        schema,
        epoch: 0,
        hlcMin,
        hlcMax: hlcMin + 5,
        operations: operations.map((operation) => encodeOperation(operation, { log, hlcMin })),
      },
      { ...options, signer },
    );
    batches.push(batch);
    previous = batch.id;
    first += operations.length;
  }
  return batches;
}

function someOperation(
  logs: readonly LogId[],
  uids: readonly Uint8Array[],
  time: number,
  random: Random,
): Operation {
  const stamp = random.below(6) === 0 ? "base" : time;
  const object = random.pick(names);
  const uid = random.pick(uids);
  const some = () => someDots(logs, random, 1);
  const any = () => someDots(logs, random, 0);
  const element = random.below(2);
  switch (random.below(11)) {
    case 0:
      return { kind: "counter.add", stamp, object, by: random.below(9) - 4 };
    case 1:
      return { kind: "register.set", stamp, object, value: random.below(3), seen: any() };
    case 2:
      return { kind: "set.add", stamp, object, element, seen: any() };
    case 3:
      return { kind: "set.remove", stamp, object, element, seen: some() };
    case 9:
      return { kind: "keyed.set", stamp, object, key: element, value: random.below(3), seen: any() };
    case 10:
      return { kind: "keyed.remove", stamp, object, key: element, seen: some() };
    case 4:
      return { kind: "row.remove", stamp, table: random.below(2), uid, adds: some() };
    case 5:
    case 6:
      return { kind: "row.add", stamp, table: 0, uid, hint: null, values: ["s", random.below(3), "t"] };
    case 7: {
      const table = random.below(12) === 0 ? 1 : 0;
      return {
        kind: "row.set",
        stamp,
        table,
        uid,
        group: 1 - table,
        adds: some(),
        seen: any(),
        values: ["v"],
      };
    }
    default:
      return { kind: "row.set", stamp, table: 0, uid, group: 0, adds: some(), seen: any(), values: ["w", 1] };
  }
}

/** A row with a value in pieces, which may not be the right ones. */
function longRow(uid: Uint8Array, random: Random): readonly Operation[] {
  const bytes = new Uint8Array(1500 + random.below(2)).fill(random.below(256));
  const values = ["s", new Pieced(random.pick(["text", "bytes"]), 1500), "t"];
  const pieces = Array.from(
    { length: random.pick([1, 1, 1, 0, 2]) },
    () => ({ kind: "piece", stamp: "base", bytes }) as const,
  );
  return [...pieces, { kind: "row.add", stamp: "base", table: 0, uid, hint: null, values }];
}

/** Dots that are, will be, or never were. */
function someDots(logs: readonly LogId[], random: Random, least: number): readonly Dot[] {
  const dots: Dot[] = [];
  for (let rest = least + random.below(4); rest > 0; rest--) {
    const dot = { log: random.pick(logs), seq: 1 + random.below(transactions * 2 + 1) };
    if (!dots.some((one) => sameDot(one, dot))) dots.push(dot);
  }
  return dots.sort(compareDots);
}
