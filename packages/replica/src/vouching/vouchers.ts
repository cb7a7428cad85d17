import type { BatchHeader } from "@jarvis-crdt/batch";
import type { LogId, NodeId } from "@jarvis-crdt/crdt";
import { isWithin, type SpentRun } from "@jarvis-crdt/store";
import { mergedRuns } from "./merged-runs.ts";
import type { Witness, Witnesses } from "./witness.ts";

/** Runs that are remembered of all members: some 10 MB. Peers choose how many there are. */
const mostRuns = 100_000;

interface Place {
  readonly first: number;
  readonly last: number;
  readonly giver: NodeId;
}

/** Whether a hollow batch may be taken: who says of it what its giver says. */
export class Vouchers {
  readonly #witnesses: Witnesses;
  readonly #onVouched: (log: LogId, giver: NodeId) => void;
  /** What members called spent, by log. */
  readonly #said = new Map<LogId, Map<NodeId, SpentRun[]>>();
  #runs = 0;
  /** Batches that wait. */
  readonly #waiting = new Map<LogId, Place[]>();
  readonly #asking = new Set<string>();

  constructor(witnesses: Witnesses, onVouched: (log: LogId, giver: NodeId) => void) {
    this.#witnesses = witnesses;
    this.#onVouched = onVouched;
  }

  /** Whether a member other than `giver` calls all of the batch spent, or there is none. O(members · log runs). */
  isVouched({ log, first, count }: BatchHeader, giver: NodeId): boolean {
    const others = [...this.#witnesses.members()].filter((node) => node !== giver);
    if (others.length === 0) return true;
    const said = this.#said.get(log);
    return others.some((node) => isWithin(said?.get(node) ?? [], first, first + count - 1));
  }

  /** A hollow batch waits: asks everybody who can be asked. */
  wait({ log, first, count }: BatchHeader, giver: NodeId): void {
    const waiting = (this.#waiting.get(log) ?? []).filter((place) => place.giver !== giver);
    this.#waiting.set(log, [...waiting, { first, last: first + count - 1, giver }]);
    for (const witness of this.#witnesses.present())
      if (witness.node !== giver) void this.#ask(witness, log, first - 1);
  }

  /** Asks for all of the log from there on: what is vouched for when it comes need not wait. */
  async #ask(witness: Witness, log: LogId, from: number): Promise<void> {
    const name = `${witness.node} ${log}`;
    if (this.#asking.has(name)) return;
    this.#asking.add(name);
    for (let after = from; ; ) {
      const spent = await witness.ask(log, after);
      if (spent === undefined || spent.through <= after) break;
      this.#hear(witness.node, log, spent.runs);
      after = spent.through;
    }
    this.#asking.delete(name);
  }

  #hear(node: NodeId, log: LogId, runs: readonly SpentRun[]): void {
    if (this.#runs + runs.length > mostRuns) this.#forget();
    const said = this.#said.get(log) ?? new Map<NodeId, SpentRun[]>();
    this.#said.set(log, said);
    const before = said.get(node) ?? [];
    const merged = mergedRuns(before, runs);
    said.set(node, merged);
    this.#runs += merged.length - before.length;
    const members = this.#witnesses.members();
    const waiting = this.#waiting.get(log) ?? [];
    const isFree = ({ first, last, giver }: Place) =>
      giver !== node && members.has(node) && isWithin(merged, first, last);
    const still = waiting.filter((place) => !isFree(place));
    if (still.length > 0) this.#waiting.set(log, still);
    else this.#waiting.delete(log);
    for (const place of waiting) if (!still.includes(place)) this.#onVouched(log, place.giver);
  }

  #forget(): void {
    this.#said.clear();
    this.#runs = 0;
  }
}
