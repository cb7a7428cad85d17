import { expect, test } from "vitest";
import { type Candidate, chooseNeighbours } from "./overlay.ts";
import { seeded } from "./testing/seeded.ts";

interface Known extends Candidate {
  readonly id: number;
}

const idle = { configured: false, chosen: false, connected: false, failing: false };
const up = { ...idle, chosen: true, connected: true };

function many(count: number, state: Partial<Candidate> = {}): Known[] {
  return Array.from({ length: count }, (_, id) => ({ id, ...idle, ...state }));
}

const ids = (list: readonly Known[]) => list.map(({ id }) => id);

/** A network in which each node applies the function to all others, as the sets of whom each dials. */
class Graph {
  readonly dials: Set<number>[];
  readonly #random: () => number;
  readonly #most: number;

  constructor(size: number, most: number, seed: number) {
    this.#random = seeded(seed);
    this.#most = most;
    this.dials = Array.from({ length: size }, () => new Set());
  }

  /** Each living node looks around once. `reach` says who can connect to whom. */
  round(options: { alive?: ReadonlySet<number>; reach?: (a: number, b: number) => boolean; swap?: boolean }) {
    const { alive, reach = () => true, swap = false } = options;
    const all = this.dials.map((_, id) => id);
    for (const me of all.filter((id) => alive?.has(id) ?? true)) {
      const works = (id: number) => (alive?.has(id) ?? true) && reach(me, id);
      const chosen = this.dials[me]!;
      const known = all
        .filter((id) => id !== me)
        .map((id) => ({
          ...idle,
          id,
          chosen: chosen.has(id),
          connected: chosen.has(id) && works(id),
          failing: chosen.has(id) && !works(id),
        }));
      const { start, stop } = chooseNeighbours(known, { most: this.#most, random: this.#random, swap });
      for (const { id } of stop) chosen.delete(id);
      for (const { id } of start) chosen.add(id);
    }
  }

  isConnected(alive: ReadonlySet<number> = new Set(this.dials.keys())): boolean {
    const edges = new Map([...alive].map((id) => [id, [] as number[]]));
    for (const from of alive)
      for (const to of this.dials[from]!) {
        if (!alive.has(to)) continue;
        edges.get(from)!.push(to);
        edges.get(to)!.push(from);
      }
    const [first] = alive;
    const seen = new Set([first!]);
    for (const id of seen) for (const next of edges.get(id)!) seen.add(next);
    return seen.size === alive.size;
  }
}

test("up to the limit all are dialled, beyond it half as many", () => {
  const random = seeded(1);
  expect(chooseNeighbours(many(8), { most: 8, random })).toMatchObject({ start: many(8), stop: [] });
  expect(chooseNeighbours(many(9), { most: 8, random }).start).toHaveLength(4);
  const grown = chooseNeighbours(many(9, up), { most: 8, random });
  expect([grown.start.length, grown.stop.length]).toEqual([0, 5]);
});

test("who is connected stays, who fails gives way, who was named comes first", () => {
  const random = seeded(2);
  const known = many(20).map((one) => ({ ...one, ...(one.id < 3 && up), ...(one.id === 3 && failed) }));
  for (let round = 0; round < 50; round++) {
    const { start, stop } = chooseNeighbours(known, { most: 8, random });
    expect([ids(stop), start.length]).toEqual([[3], 1]);
  }
  const named = known.map((one) => ({ ...one, configured: one.id >= 18 }));
  const { start, stop } = chooseNeighbours(named, { most: 8, random });
  expect(ids(start).toSorted()).toEqual([18, 19]);
  expect(stop).toHaveLength(2);
});

const failed = { ...idle, chosen: true, failing: true };

test("hints, however many, displace nobody that the operator named", () => {
  const random = seeded(3);
  const known = [...many(4, { ...up, configured: true }), ...many(1000)];
  for (let round = 0; round < 20; round++)
    expect(chooseNeighbours(known, { most: 8, random, swap: true })).toEqual({ start: [], stop: [] });
});

test("one that failed is tried again when the others have failed too", () => {
  const random = seeded(4);
  const dead = many(20, { failing: true }).map((one) => ({ ...one, chosen: one.id < 4 }));
  const { start, stop } = chooseNeighbours(dead, { most: 8, random });
  expect(ids(stop)).toEqual([0, 1, 2, 3]);
  expect(start).toHaveLength(4);
});

test.each([
  { size: 50, most: 8, seeds: 100 },
  { size: 150, most: 8, seeds: 20 },
  { size: 150, most: 32, seeds: 20 },
])("$size nodes with $most neighbours each are one graph, for every seed", ({ size, most, seeds }) => {
  for (let seed = 1; seed <= seeds; seed++) {
    const graph = new Graph(size, most, seed);
    graph.round({});
    expect(graph.isConnected(), `seed ${seed}`).toBe(true);
    for (const dialled of graph.dials) expect(dialled.size).toBe(most / 2);
  }
});

test("the graph heals when a third of the nodes vanish", () => {
  for (let seed = 1; seed <= 10; seed++) {
    const graph = new Graph(90, 8, seed);
    graph.round({});
    const alive = new Set(graph.dials.keys().filter((id) => id % 3 !== seed % 3));
    for (let round = 0; round < 20; round++) graph.round({ alive });
    expect(graph.isConnected(alive), `seed ${seed}`).toBe(true);
  }
});

test("two halves that filled their places with themselves find each other by exchanges", () => {
  for (let seed = 1; seed <= 10; seed++) {
    const graph = new Graph(60, 8, seed);
    const halves = (a: number, b: number) => a % 2 === b % 2;
    for (let round = 0; round < 40; round++) graph.round({ reach: halves });
    graph.round({});
    const before = graph.isConnected();
    graph.round({ swap: true });
    expect([before, graph.isConnected()], `seed ${seed}`).toEqual([false, true]);
  }
});
