import { CausalContext } from "../causal-context.ts";
import { compareEntries } from "../cells/entry.ts";
import type { Hlc } from "../hlc.ts";
import type { RegisterEntry } from "../parts/register-writes.ts";
import type { Value } from "../value.ts";

/** A state or a delta of a log: entries, each with its author's dot and its stamp. */
export type GrowLogState<V extends Value> = Iterable<RegisterEntry<V>>;

/**
 * A log that only grows, for audit and activities: a grow-only set (Shapiro et al. 2011) of entries under their dots,
 * read in the order in which concurrent writes win everywhere here: stamp, then author. The dots tell what another lacks,
 * so `since` sends that and not the log.
 *
 * Costs: the entries. Append O(1), merge O(entries of what is merged); the first reading after a merge sorts.
 * Not guaranteed: that an entry keeps its place; what comes from elsewhere with an earlier stamp stands before it. That the
 * order is the order of causes, unless stamps come from a `HybridClock` that observes the stamps it reads. Any bound.
 *
 * ```ts
 * const a = new GrowLog<string>("a");
 * const b = new GrowLog<string>("b");
 * a.append("login", 2);
 * b.append("boot", 1);
 * b.merge(a.since(b.context));
 * [...b.values()]; // ["boot", "login"]
 * ```
 */
export class GrowLog<V extends Value> {
  readonly #node: string;
  readonly #context = new CausalContext();
  readonly #entries: RegisterEntry<V>[] = [];
  #isSorted = true;

  constructor(node: string) {
    this.#node = node;
  }

  get size(): number {
    return this.#entries.length;
  }

  /** The entries that are here: what another gives to its `since`. A view. */
  get context(): CausalContext {
    return this.#context;
  }

  /** All entries, in order. */
  entries(): readonly RegisterEntry<V>[] {
    if (!this.#isSorted) this.#entries.sort(compareEntries);
    this.#isSorted = true;
    return this.#entries;
  }

  *values(): IterableIterator<V> {
    for (const { value } of this.entries()) yield value;
  }

  /** The whole state, for `merge` elsewhere. A view: it changes with the log. */
  get state(): GrowLogState<V> {
    return this.#entries;
  }

  /** The entries that are not in `context`. O(entries). */
  since(context: CausalContext): GrowLogState<V> {
    return this.#entries.filter((entry) => !context.has(entry.dot));
  }

  /** Appends and returns the delta. `stamp` comes from the replica's clock. */
  append(value: V, stamp: Hlc): GrowLogState<V> {
    const entry = { dot: { log: this.#node, seq: this.#context.run(this.#node) + 1 }, stamp, value };
    this.#push(entry);
    return [entry];
  }

  /** Joins a state or a delta. Whether anything changed. */
  merge(other: GrowLogState<V>): boolean {
    let changed = false;
    for (const entry of other) changed = this.#push(entry) || changed;
    return changed;
  }

  #push(entry: RegisterEntry<V>): boolean {
    if (!this.#context.add(entry.dot)) return false;
    const last = this.#entries.at(-1);
    if (last !== undefined && compareEntries(last, entry) > 0) this.#isSorted = false;
    this.#entries.push(entry);
    return true;
  }
}
