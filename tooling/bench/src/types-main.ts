// Our containers by themselves, measured in this process: counters and sets of a million against a Map, snapshots, and what
// the peers are measured by.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { GCounter, ORSet } from "@jarvis-crdt/crdt";
import { decodeSnapshot, encodeSnapshot } from "@jarvis-crdt/crdt/snapshot";
import { measureCollections, timed } from "./collections.ts";
import type { Sample } from "./figures.ts";
import { OurCollections } from "./our-collections.ts";

const million = 1_000_000;
/** The best of so many counts of short loops: what interrupts one does not interrupt all. */
const tries = 15;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

console.log(
  JSON.stringify({
    ...counters(),
    ...sets(),
    ...measureCollections((name) => new OurCollections(name)),
  } satisfies Sample),
);

function counters(): Sample {
  const source = new GCounter("b");
  const deltas = Array.from({ length: million }, () => source.increment());
  const entries = deltas.flatMap((delta) => [...delta]);
  const mapIncrements = () => {
    const map = new Map<string, number>();
    for (let i = 0; i < million; i++) map.set("a", (map.get("a") ?? 0) + 1);
    return map.get("a");
  };
  const increments = () => {
    const counter = new GCounter("a");
    for (let i = 0; i < million; i++) counter.increment();
    return counter.value;
  };
  const mapMerges = () => {
    const map = new Map<string, number>();
    for (const [replica, { sum }] of entries) if (sum > (map.get(replica) ?? 0)) map.set(replica, sum);
    return map.get("b");
  };
  const merges = () => {
    const counter = new GCounter("a");
    for (const delta of deltas) counter.merge(delta);
    return counter.value;
  };
  return {
    gCounterIncrements: ratio(increments, mapIncrements),
    gCounterMerges: ratio(merges, mapMerges),
  };
}

/** Time of one loop to that of another, each the best of some that take turns. */
function ratio(ours: () => number | undefined, map: () => number | undefined): number {
  const best = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let i = 0; i < tries; i++) {
    for (const [at, loop] of [ours, map].entries()) {
      const ms = timed(() => {
        if (loop() !== million) throw new Error("a loop counted wrongly");
      });
      best[at] = Math.min(best[at]!, ms);
    }
  }
  return best[0]! / best[1]!;
}

function sets(): Sample {
  const perSecond = (ms: number) => (million / ms) * 1000;
  const elements = Array.from({ length: million }, (_, i) => `element-${i}`);
  // Texts that were put together are copied when they first become keys.
  if (new Set(elements).size !== million) throw new Error("two elements are alike");
  const [map, mapBytes] = grown(() => {
    const made = new Map<string, boolean>();
    for (const element of elements) made.set(element, true);
    return made;
  });
  const [set, setBytes] = grown(() => filled(elements));
  if (map.size !== set.size) throw new Error("the set lacks elements");

  const writer = new ORSet<string>("a");
  const reader = new ORSet<string>("b");
  const deltas: ReturnType<typeof writer.add>[] = [];
  const addMs = timed(() => {
    for (const element of elements) deltas.push(writer.add(element));
  });
  const mergeMs = timed(() => {
    for (const delta of deltas) reader.merge(delta);
  });
  if (reader.size !== million) throw new Error("the merged set lacks elements");
  let bytes = new Uint8Array();
  const encodeMs = timed(() => {
    bytes = new Uint8Array(encodeSnapshot("or_set", writer.state));
  });
  let state: typeof writer.state | undefined;
  const decodeMs = timed(() => {
    state = decodeSnapshot("or_set", bytes) as typeof writer.state;
  });
  if ([...(state?.cells ?? [])].length !== million) throw new Error("the snapshot lacks elements");
  const removeMs = timed(() => {
    for (const element of elements) writer.remove(element);
  });
  if (writer.size !== 0) throw new Error("the set still has elements");
  return {
    orSetAdds: perSecond(addMs),
    orSetMerges: perSecond(mergeMs),
    orSetRemoves: perSecond(removeMs),
    orSetMemory: setBytes / mapBytes,
    snapshotEncodes: perSecond(encodeMs),
    snapshotDecodes: perSecond(decodeMs),
  };
}

function filled(elements: readonly string[]): ORSet<string> {
  const set = new ORSet<string>("a");
  for (const element of elements) set.add(element);
  return set;
}

/** What it makes, and by how many bytes that makes the heap larger; the elements were there before. */
function grown<T>(make: () => T): readonly [T, number] {
  collect();
  const before = process.memoryUsage().heapUsed;
  const made = make();
  collect();
  return [made, process.memoryUsage().heapUsed - before];
}
