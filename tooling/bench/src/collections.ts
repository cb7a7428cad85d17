import type { Sample } from "./figures.ts";

/** A library's counter, map and set in one replica, as one would use them. */
export interface Collections {
  /** Local changes, in as few transactions as the library likes. */
  increment(times: number): void;
  setKeys(keys: readonly string[]): void;
  addElements(elements: readonly string[]): void;
  /** Everything, for an empty replica. */
  save(): Uint8Array;
  load(bytes: Uint8Array): void;
  /** The counter's value, the size of the map and of the set. */
  sizes(): readonly [counter: number, keys: number, elements: number];
}

/** Opens an empty replica. */
export type OpenCollections = (name: "a" | "b") => Collections;

/** How many elements each collection has. */
const many = 100_000;

/** Writes a counter, a map and a set, and gives them to an empty replica; proves what is there. */
export function measureCollections(open: OpenCollections, count = many): Sample {
  const names = Array.from({ length: count }, (_, i) => `element-${i}`);
  // Once for nothing: what is measured is what the code does when it is warm.
  once(open, names.slice(0, 1000));
  return once(open, names);
}

function once(open: OpenCollections, names: readonly string[]): Sample {
  const perSecond = (ms: number) => (names.length / ms) * 1000;
  const counter = open("a");
  const counterMs = timed(() => counter.increment(names.length));
  expect(open, counter, [names.length, 0, 0]);
  const map = open("a");
  const mapMs = timed(() => map.setKeys(names));
  const mapLoad = expect(open, map, [0, names.length, 0]);
  const set = open("a");
  const setMs = timed(() => set.addElements(names));
  const setLoad = expect(open, set, [0, 0, names.length]);
  return {
    counterWrites: perSecond(counterMs),
    mapWrites: perSecond(mapMs),
    setWrites: perSecond(setMs),
    mapLoads: perSecond(mapLoad.ms),
    setLoads: perSecond(setLoad.ms),
    mapBytes: mapLoad.bytes / names.length,
  };
}

/** Brings everything to an empty replica: how long that takes with its bytes' making. Throws unless all is there. */
function expect(
  open: OpenCollections,
  from: Collections,
  sizes: readonly [number, number, number],
): { readonly ms: number; readonly bytes: number } {
  const to = open("b");
  let bytes = 0;
  const ms = timed(() => {
    const saved = from.save();
    bytes = saved.length;
    to.load(saved);
  });
  if (to.sizes().join() !== sizes.join()) throw new Error(`B holds ${to.sizes()}, A wrote ${sizes}`);
  return { ms, bytes };
}

export function timed(work: () => void): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}
