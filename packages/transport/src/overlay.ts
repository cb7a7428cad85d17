/** A peer that could be dialled. */
export interface Candidate {
  /** Named by the operator; those come before what was only heard of. */
  readonly configured: boolean;
  /** Dialled and kept connected at present. */
  readonly chosen: boolean;
  readonly connected: boolean;
  /** Could not be reached several times in a row when it was last chosen. */
  readonly failing: boolean;
}

export interface Change<T> {
  readonly start: readonly T[];
  readonly stop: readonly T[];
}

/**
 * Whom to dial. Up to `most` known peers: all of them. Beyond: a random half of `most`, while the others dial us. So
 * a node has about `most` neighbours, and the graph of all is connected almost surely: where each of n nodes chooses k
 * others at random, it falls apart with a probability that vanishes for k ≥ 2 as n grows (Fenner and Frieze, "On the
 * connectivity of random m-orientable graphs and digraphs", 1982).
 *
 * Who is chosen stays chosen; one that fails gives way to another. `swap` exchanges one at random, for graphs that grew
 * apart while the network was cut: each part had filled its places with itself. `random` is in [0, 1). O(n log n).
 */
export function chooseNeighbours<T extends Candidate>(
  known: readonly T[],
  { most, random, swap = false }: { most: number; random: () => number; swap?: boolean },
): Change<T> {
  if (known.length <= most) return { start: known.filter(({ chosen }) => !chosen), stop: [] };
  const leaving = swap ? anyOf(exchangeable(known), random) : undefined;
  const worth = (one: T): number => {
    if (one === leaving || (one.failing && one.chosen)) return 0;
    if (one.failing) return 1;
    if (!one.chosen) return one.configured ? 5 : 2;
    return one.configured ? 6 : one.connected ? 4 : 3;
  };
  const ranked = known
    .map((one) => ({ one, worth: worth(one), chance: random() }))
    .sort((a, b) => b.worth - a.worth || a.chance - b.chance);
  const taken = new Set(ranked.slice(0, Math.ceil(most / 2)).map(({ one }) => one));
  return {
    start: [...taken].filter(({ chosen }) => !chosen),
    stop: known.filter((one) => one.chosen && !taken.has(one)),
  };
}

/** An operator's choice is exchanged for another one of the operator's only. */
function exchangeable<T extends Candidate>(known: readonly T[]): readonly T[] {
  const others = known.some(({ configured, chosen }) => configured && !chosen);
  return known.filter(({ configured, chosen, connected }) => chosen && connected && (others || !configured));
}

function anyOf<T>(list: readonly T[], random: () => number): T | undefined {
  return list[Math.floor(random() * list.length)];
}
