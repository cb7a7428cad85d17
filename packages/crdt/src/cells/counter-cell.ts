import { CrdtError } from "../error.ts";

/**
 * What one log added to a counter: the state of that log's part, of which a counter has one per log (Shapiro et al.
 * 2011, a G-Counter whose entries are signed sums). The operation is the increment, because a sum would lose the
 * increments that are stored and not interpreted yet.
 */
export interface CounterCell {
  /** The greatest sequence of an increment in `sum`. */
  readonly seq: number;
  readonly sum: number;
}

const span = 2 ** 53;

/**
 * The cell after the increment `by` at `seq` of its log. Each increment is given once; their order does not matter.
 *
 * A sum that leaves the safe integers wraps around. Only an author who ignores `checkIncrement` can cause that, on a
 * counter that he may set as he likes anyway; but it must not stop the others, and must not depend on the order.
 */
export function addToCounter(cell: CounterCell | undefined, seq: number, by: number): CounterCell {
  if (cell === undefined) return { seq, sum: by };
  return { seq: Math.max(cell.seq, seq), sum: wrappedSum(cell.sum, by) };
}

function wrappedSum(a: number, b: number): number {
  const sum = a + b;
  // The modulus is 2^54 − 1, the number of safe integers; every intermediate result is exact.
  if (sum >= span) return a - span + (b - span + 1);
  if (sum <= -span) return a + span + (b + span - 1);
  return sum;
}

/**
 * Join of two states of one log's cell that both hold all its increments up to their `seq`: the later one. Two sums at
 * one `seq` exist only where an author forked its log; then the greater wins, so that the order still does not matter.
 */
export function joinCounters<C extends CounterCell>(a: C | undefined, b: C | undefined): C | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return b.seq > a.seq || (b.seq === a.seq && b.sum > a.sum) ? b : a;
}

/** The value of a counter: the sum over its logs. Throws `overflow` where that is no safe integer. O(logs). */
export function counterValue(cells: Iterable<CounterCell>): number {
  let safe = 0;
  let rest = 0n;
  for (const { sum } of cells) {
    const next = safe + sum;
    if (Number.isSafeInteger(next)) safe = next;
    else rest += BigInt(sum);
  }
  const value = rest === 0n ? safe : Number(rest + BigInt(safe));
  if (!Number.isSafeInteger(value)) throw overflow();
  return value;
}

/** What an author checks before the increment: that his own sum and the value stay safe integers. Throws `overflow`. */
export function checkIncrement(own: CounterCell | undefined, value: number, by: number): void {
  if (!Number.isSafeInteger((own?.sum ?? 0) + by) || !Number.isSafeInteger(value + by)) throw overflow();
}

function overflow(): CrdtError {
  return new CrdtError("overflow", "a counter holds integers up to 2^53 only");
}
