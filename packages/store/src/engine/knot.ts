import type { Dot, LogId } from "@jarvis-crdt/crdt";
import type { AbandonAt, Examined, IsCovered } from "./examine.ts";
import { isCoveredAt } from "./interpreter.ts";
import type { Medium } from "./medium.ts";
import type { TransactionRange } from "./waiting.ts";

/** Reads a transaction. */
export type Look = (range: TransactionRange, isCovered: IsCovered) => Examined;

/** A transaction that waits. */
interface Strand {
  readonly range: TransactionRange;
  readonly abandons: readonly AbandonAt[];
  readonly needs: readonly Need[];
}

/** An operation that has not acted, and the place of the transaction that holds it and waits. */
interface Need {
  readonly dot: Dot;
  readonly holder: string | undefined;
}

/**
 * The transactions that wait for nothing but each other, in an order in which they can act once all that they abandon is. Two
 * nodes whose clocks were ahead may each have changed what the other made; then what each mints anew names operations of which
 * only the other says that they do not count. The set is the greatest of its kind, so it does not depend on the order in which
 * they came. Nothing where nobody who waits abandons anything; otherwise it reads those, and whatever they need that waits.
 */
export function findKnot(medium: Medium, look: Look): readonly Strand[] {
  let strands = strandsOf(medium, look);
  for (;;) {
    const left = looseEnds(strands);
    if (left.size === strands.size) return [...left.values()];
    strands = left;
  }
}

/** By their places. */
type Strands = ReadonlyMap<string, Strand>;

function strandsOf(medium: Medium, look: Look): Strands {
  const strands = new Map<string, Strand>();
  const queue: TransactionRange[] = [...medium.waitingToAbandon()];
  const seen = new Set(queue.map(placeOf));
  for (const range of queue) {
    const needs: Need[] = [];
    const { wait, abandons } = look(range, (dot, seq) => {
      if (isCoveredAt(medium, dot, range, seq)) return true;
      const holder = medium.waitingAt(dot.log, dot.seq);
      const place = holder && placeOf(holder);
      needs.push({ dot, holder: place });
      if (holder !== undefined && !seen.has(place!)) {
        seen.add(place!);
        queue.push(holder);
      }
      return true;
    });
    if (wait === undefined) strands.set(placeOf(range), { range, abandons, needs });
  }
  return strands;
}

/** Those that can act one after the other if all of them abandon first, in that order. */
function looseEnds(strands: Strands): Strands {
  const voids = new Map<LogId, number>();
  for (const { abandons } of strands.values()) {
    for (const { abandon } of abandons) {
      const { abandoned, from } = abandon;
      voids.set(abandoned, Math.min(from, voids.get(abandoned) ?? from));
    }
  }
  const loose = new Map<string, Strand>();
  const isMet = ({ dot, holder }: Need) =>
    dot.seq >= (voids.get(dot.log) ?? Number.POSITIVE_INFINITY) ||
    (holder !== undefined && loose.has(holder));
  for (let before = -1; before < loose.size; ) {
    before = loose.size;
    for (const [place, strand] of strands) {
      if (!loose.has(place) && strand.needs.every(isMet)) loose.set(place, strand);
    }
  }
  return loose;
}

function placeOf({ log, first }: TransactionRange): string {
  return `${log}/${first}`;
}
