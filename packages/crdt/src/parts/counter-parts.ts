import {
  addToCounter,
  type CounterCell,
  checkIncrement,
  counterValue,
  joinCounters,
} from "../cells/counter-cell.ts";
import { CrdtError } from "../error.ts";

/** A state or a delta of a counter: what some replicas added, each by its name. */
export type CounterState = Iterable<readonly [replica: string, part: CounterCell]>;

/** The parts of a counter, one per replica, and their sum. */
export class CounterParts {
  readonly #node: string;
  readonly #parts = new Map<string, CounterCell>();
  /** This replica's part once more: it is written again and again. */
  #own: CounterCell | undefined;
  #value: number | undefined = 0;

  constructor(node: string) {
    this.#node = node;
  }

  get state(): CounterState {
    return this.#parts;
  }

  get value(): number {
    this.#value ??= counterValue(this.#parts.values());
    return this.#value;
  }

  /** What one replica added. */
  of(replica: string): number {
    return this.#parts.get(replica)?.sum ?? 0;
  }

  add(by: number): CounterState {
    if (!Number.isSafeInteger(by)) throw new CrdtError("invalid-value", "an increment is a safe integer");
    const own = this.#own;
    const value = this.value;
    checkIncrement(own, value, by);
    const part = addToCounter(own, (own?.seq ?? 0) + 1, by);
    this.#own = part;
    this.#parts.set(this.#node, part);
    this.#value = value + by;
    return [[this.#node, part]];
  }

  merge(other: CounterState): boolean {
    let changed = false;
    for (const [replica, theirs] of other) {
      const mine = this.#parts.get(replica);
      const joined = joinCounters(mine, theirs)!;
      if (joined === mine) continue;
      if (replica === this.#node) this.#own = joined;
      this.#parts.set(replica, joined);
      changed = true;
    }
    if (changed) this.#value = undefined;
    return changed;
  }
}

/** Refuses parts that no replica can have made. `grows`: no replica can have taken away. */
export function checkParts(state: CounterState, grows: boolean): void {
  for (const [, { seq, sum }] of state) {
    if (!Number.isSafeInteger(seq) || seq < 1 || !Number.isSafeInteger(sum) || (grows && sum < 0)) {
      throw new CrdtError("invalid-value", "not a part of such a counter");
    }
  }
}
