import { CrdtError } from "../error.ts";
import { CounterParts, type CounterState, checkParts } from "../parts/counter-parts.ts";

/** A state or a delta: what replicas granted, used, and gave to each receiver; three kinds of grow-only counters. */
export interface BoundedCounterState {
  readonly granted: CounterState;
  readonly used: CounterState;
  readonly given: Iterable<readonly [receiver: string, parts: CounterState]>;
}

/**
 * A counter that cannot be overspent, not even by replicas that do not hear of each other: a quota, credit for an API
 * (escrow; Balegas et al. 2015, "Extending eventually consistent cloud databases for enforcing numeric invariants").
 *
 * Who adds to the counter gets the right to take as much away again; a replica takes only what it has rights for, and gives
 * rights to others. The matrix of the paper is made of grow-only counters here: one of grants, one of uses, one of gifts
 * per receiver. Only a replica itself lowers its rights, so what it knows of them is never too much.
 *
 * Costs: three numbers per replica and one per pair that ever gave. `rights` O(replicas), the rest O(1) beside it.
 * Not guaranteed: that rights are where they are needed; one who has none asks another, or waits. That a view which
 * has not everything is not below zero: it may know of a use before the grant. Anything against a replica that cheats.
 *
 * ```ts
 * const a = new BoundedCounter("a");
 * const b = new BoundedCounter("b");
 * a.increment(1000);
 * b.merge(a.transfer("b", 300));
 * b.decrement(299);
 * b.rights(); // 1: the next decrement of 2 throws "no-rights"
 * ```
 */
export class BoundedCounter {
  readonly #node: string;
  readonly #granted: CounterParts;
  readonly #used: CounterParts;
  readonly #given = new Map<string, CounterParts>();

  /** `node` names this replica; two that write under one name can overspend. */
  constructor(node: string) {
    this.#node = node;
    this.#granted = new CounterParts(node);
    this.#used = new CounterParts(node);
  }

  /** What was granted and not used. Throws `overflow` beyond 2^53. */
  get value(): number {
    return this.#granted.value - this.#used.value;
  }

  /** How much `node` may take away, as far as is known here; for this replica itself never too much. */
  rights(node: string = this.#node): number {
    let rights = this.#granted.of(node) - this.#used.of(node) + (this.#given.get(node)?.value ?? 0);
    for (const gifts of this.#given.values()) rights -= gifts.of(node);
    return rights;
  }

  /** The whole state, for `merge` elsewhere. A view: it changes with the counter. */
  get state(): BoundedCounterState {
    const given = this.#given;
    return {
      granted: this.#granted.state,
      used: this.#used.state,
      given: {
        *[Symbol.iterator]() {
          for (const [receiver, gifts] of given) yield [receiver, gifts.state] as const;
        },
      },
    };
  }

  /** Adds `by` ≥ 0 with the rights to it, and returns the delta. Throws `invalid-value` or `overflow`. */
  increment(by = 1): BoundedCounterState {
    checkAmount(by);
    return { granted: this.#granted.add(by), used: [], given: [] };
  }

  /** Takes `by` ≥ 0 away and returns the delta. Throws `no-rights` where this replica may not, `invalid-value`. */
  decrement(by = 1): BoundedCounterState {
    this.#checkRights(by);
    return { granted: [], used: this.#used.add(by), given: [] };
  }

  /** Gives rights to another replica and returns the delta. Throws `no-rights` or `invalid-value`. */
  transfer(to: string, by: number): BoundedCounterState {
    if (to === this.#node) throw new CrdtError("invalid-value", "rights are given to another replica");
    this.#checkRights(by);
    return { granted: [], used: [], given: [[to, this.#gifts(to).add(by)]] };
  }

  /** Joins a state or a delta. Whether anything changed. Throws `invalid-value`, having changed nothing. */
  merge(other: BoundedCounterState): boolean {
    const given = [...other.given];
    for (const parts of [other.granted, other.used, ...given.map(([, parts]) => parts)])
      checkParts(parts, true);
    let changed = this.#granted.merge(other.granted);
    changed = this.#used.merge(other.used) || changed;
    for (const [receiver, parts] of given) changed = this.#gifts(receiver).merge(parts) || changed;
    return changed;
  }

  #gifts(receiver: string): CounterParts {
    let gifts = this.#given.get(receiver);
    if (gifts === undefined) {
      gifts = new CounterParts(this.#node);
      this.#given.set(receiver, gifts);
    }
    return gifts;
  }

  #checkRights(by: number): void {
    checkAmount(by);
    const rights = this.rights();
    if (by > rights) {
      throw new CrdtError(
        "no-rights",
        `this replica has rights to ${rights}, not to ${by}: another must transfer some`,
      );
    }
  }
}

function checkAmount(by: number): void {
  if (!Number.isSafeInteger(by) || by < 0)
    throw new CrdtError("invalid-value", "an amount is a safe integer from 0");
}
