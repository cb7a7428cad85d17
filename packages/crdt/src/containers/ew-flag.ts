import { ORSet, type ORSetState } from "./or-set.ts";

/**
 * A flag that is enabled where it is enabled and disabled at the same time (the "enable-wins flag" of Riak and
 * AntidoteDB). It *is* an add-wins set of one element: to enable is to add it, to disable is to remove what was seen.
 *
 * Costs: one dot per concurrent `enable`, one number per replica that ever enabled. All operations O(1).
 * Not guaranteed: that `disable` lasts; whoever enables at the same time wins. Where off must win, hold the
 * opposite in such a flag ("blocked" instead of "allowed").
 *
 * ```ts
 * const a = new EWFlag("a");
 * const b = new EWFlag("b");
 * b.merge(a.enable());
 * const off = b.disable();
 * a.enable();
 * a.merge(off);
 * a.value; // true
 * ```
 */
export class EWFlag {
  readonly #set: ORSet<true>;

  constructor(node: string) {
    this.#set = new ORSet(node);
  }

  get value(): boolean {
    return this.#set.size > 0;
  }

  /** The whole state, for `merge` elsewhere. A view: it changes with the flag. */
  get state(): ORSetState<true> {
    return this.#set.state;
  }

  /** Enables, also where it is enabled already, which saves it from a concurrent `disable`. Returns the delta. */
  enable(): ORSetState<true> {
    return this.#set.add(true);
  }

  /** Takes back every `enable` that is known here, and returns the delta. */
  disable(): ORSetState<true> {
    return this.#set.remove(true);
  }

  /** Joins a state or a delta. Whether anything changed. */
  merge(other: ORSetState<true>): boolean {
    return this.#set.merge(other);
  }
}
