import type { Hlc, NodeId } from "@jarvis-crdt/crdt";
import type { Store } from "@jarvis-crdt/store";
import type { ClockVerdict, ClockWatch } from "./clock-watch.ts";

/** Has a clock judged by peers, and tells what followed from it. */
export interface ClockOptions {
  readonly watch: ClockWatch;
  /** Peers contradict this node's clock, or do so no more. */
  readonly onVerdict?: (verdict: ClockVerdict) => void;
  /** What this node had stamped with the future counts no more, and is minted anew. */
  readonly onFuture?: () => void;
}

/** What follows from the clocks of peers. That nothing is minted while they contradict is the store's to see to. */
export class ClockJudge {
  readonly #options: ClockOptions | undefined;
  readonly #store: Pick<Store, "abandonFuture">;
  readonly #onFailure: (error: unknown) => void;
  #isContradicted = false;

  constructor(
    options: ClockOptions | undefined,
    store: Pick<Store, "abandonFuture">,
    onFailure: (error: unknown) => void,
  ) {
    this.#options = options;
    this.#store = store;
    this.#onFailure = onFailure;
  }

  heard(peer: NodeId, clock: Hlc): void {
    this.#options?.watch.heard(peer, clock);
    this.#judge();
  }

  /** Every second or so: asks all again where this clock was set, or is contradicted. */
  look(sessions: Iterable<{ compareClocks(): void }>): void {
    const watch = this.#options?.watch;
    if (watch === undefined) return;
    if (watch.hasStepped() || watch.verdict.kind === "contradicted")
      for (const session of sessions) session.compareClocks();
    this.#judge();
  }

  #judge(): void {
    if (this.#options === undefined) return;
    const { watch, onVerdict, onFuture } = this.#options;
    const { verdict } = watch;
    const isContradicted = verdict.kind === "contradicted";
    if (isContradicted !== this.#isContradicted) {
      this.#isContradicted = isContradicted;
      onVerdict?.(verdict);
    }
    if (verdict.kind !== "agreed") return;
    this.#store.abandonFuture().then((any) => {
      if (any) onFuture?.();
    }, this.#onFailure);
  }
}
