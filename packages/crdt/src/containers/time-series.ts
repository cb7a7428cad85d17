import { type CounterCell, joinCounters } from "../cells/counter-cell.ts";
import { CrdtError } from "../error.ts";

/** What one replica measured in one bucket: a counter cell whose `seq` is the number of samples. */
export interface SampleCell extends CounterCell {
  readonly min: number;
  readonly max: number;
}

/** A state or a delta: what replicas measured, by bucket. */
export type TimeSeriesState = Iterable<readonly [bucket: number, replica: string, cell: SampleCell]>;

/** What all replicas together measured from `from` (inclusive) for one width. */
export interface Summary {
  readonly from: number;
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}

/**
 * Metrics of the last `buckets` × `width` of time, measured by many and summed by anybody: per bucket and replica one
 * counter cell, as in `GCounter`, with the extremes beside it. The window ends with the newest bucket that anybody has
 * filled; so it moves by what is known, which all learn, and not by a clock, on which they differ. What lies before it is
 * the least element of every state, and dropping it keeps the laws (a max-register of the window's end, times a map; Baquero
 * et al. 2017, "Composition in state-based replicated data types").
 *
 * Costs: at most `buckets` × replicas cells. Record and merge O(1) per cell, O(buckets) when the window moves.
 * Not guaranteed: that a late sample counts; before the window it does not. That one time from far ahead does not
 * empty the window: the caller checks times that come from elsewhere. Quantiles. Sums are floating point, added in the order
 * of the replicas' names, so that they are equal everywhere.
 *
 * ```ts
 * const a = new TimeSeries("a", { width: 60, buckets: 3 });
 * const b = new TimeSeries("b", { width: 60, buckets: 3 });
 * b.record(10, 4);
 * b.merge(a.record(59, 2));
 * [...b.summaries()]; // [{ from: 0, count: 2, sum: 6, min: 2, max: 4 }]
 * ```
 */
export class TimeSeries {
  readonly #node: string;
  readonly #width: number;
  readonly #limit: number;
  readonly #buckets = new Map<number, Map<string, SampleCell>>();
  #newest = Number.NEGATIVE_INFINITY;

  /** `width` in the unit of the times, and the number of `buckets`, are the same on all replicas. */
  constructor(node: string, window: { readonly width: number; readonly buckets: number }) {
    const { width, buckets } = window;
    if (!(width > 0 && Number.isFinite(width)) || !Number.isSafeInteger(buckets) || buckets < 1) {
      throw new CrdtError("invalid-value", "a window has a width above 0 and a number of buckets");
    }
    this.#node = node;
    this.#width = width;
    this.#limit = buckets;
  }

  /** What was measured in each bucket of the window, ascending; empty buckets are left out. */
  *summaries(): IterableIterator<Summary> {
    for (const [bucket, cells] of [...this.#buckets].sort(([a], [b]) => a - b)) {
      let [count, sum, min, max] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (const [, cell] of [...cells].sort(([a], [b]) => (a < b ? -1 : 1))) {
        count += cell.seq;
        sum += cell.sum;
        min = Math.min(min, cell.min);
        max = Math.max(max, cell.max);
      }
      yield { from: bucket * this.#width, count, sum, min, max };
    }
  }

  /** The whole state, for `merge` elsewhere. A view: it changes with the series. */
  get state(): TimeSeriesState {
    const buckets = this.#buckets;
    return {
      *[Symbol.iterator]() {
        for (const [bucket, cells] of buckets) {
          for (const [replica, cell] of cells) yield [bucket, replica, cell] as const;
        }
      },
    };
  }

  /** Adds a sample and returns the delta, an empty one before the window. Throws `invalid-value` or `overflow`. */
  record(time: number, value = 1): TimeSeriesState {
    const bucket = Math.floor(time / this.#width);
    if (!Number.isSafeInteger(bucket) || !Number.isFinite(value)) {
      throw new CrdtError("invalid-value", "a sample has a time and a finite value");
    }
    if (!this.#isOpen(bucket)) return [];
    const before = this.#buckets.get(bucket)?.get(this.#node);
    const cell: SampleCell = {
      seq: (before?.seq ?? 0) + 1,
      sum: (before?.sum ?? 0) + value,
      min: Math.min(before?.min ?? value, value),
      max: Math.max(before?.max ?? value, value),
    };
    if (!Number.isFinite(cell.sum)) throw new CrdtError("overflow", "the sum of a bucket is a finite number");
    this.#put(bucket, this.#node, cell);
    return [[bucket, this.#node, cell]];
  }

  /** Joins a state or a delta. Whether anything changed. Throws `invalid-value`, having changed nothing. */
  merge(other: TimeSeriesState): boolean {
    const cells = [...other];
    for (const [bucket, , cell] of cells) checkCell(bucket, cell);
    let changed = false;
    for (const [bucket, replica, theirs] of cells) {
      if (!this.#isOpen(bucket)) continue;
      const mine = this.#buckets.get(bucket)?.get(replica);
      const joined = joinCounters(mine, theirs)!;
      if (joined === mine) continue;
      this.#put(bucket, replica, joined);
      changed = true;
    }
    return changed;
  }

  #isOpen(bucket: number): boolean {
    return bucket > this.#newest - this.#limit;
  }

  #put(bucket: number, replica: string, cell: SampleCell): void {
    const cells = this.#buckets.get(bucket);
    if (cells) cells.set(replica, cell);
    else this.#buckets.set(bucket, new Map([[replica, cell]]));
    if (bucket <= this.#newest) return;
    this.#newest = bucket;
    for (const one of this.#buckets.keys()) if (!this.#isOpen(one)) this.#buckets.delete(one);
  }
}

function checkCell(bucket: number, { seq, sum, min, max }: SampleCell): void {
  const isCount = Number.isSafeInteger(bucket) && Number.isSafeInteger(seq) && seq >= 1;
  if (!isCount || ![sum, min, max].every(Number.isFinite) || min > max) {
    throw new CrdtError("invalid-value", "not a cell of such a series");
  }
}
