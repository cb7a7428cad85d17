import type { LogId } from "@jarvis-crdt/crdt";
import type { Bindings } from "./bindings.ts";
import { type AbandonAt, type Examined, examine, type IsCovered } from "./examine.ts";
import { Interpreter, isCoveredAt } from "./interpreter.ts";
import { findKnot } from "./knot.ts";
import type { Medium } from "./medium.ts";
import type { OpenBatch } from "./open-batch.ts";
import { Recomputation } from "./recompute.ts";
import { isWithin, type SpentRun } from "./spent.ts";
import type { TransactionRange } from "./waiting.ts";

/** Which stored transactions act on the cells and which wait, and what follows when one acts or a log is abandoned. */
export class Interpretation {
  readonly #medium: Medium;
  readonly #bindings: Bindings;
  #hasAbandoned = false;

  constructor(medium: Medium, bindings: Bindings) {
    this.#medium = medium;
    this.#bindings = bindings;
  }

  /** Whether a log was abandoned since this was last asked. */
  takeAbandoned(): boolean {
    const has = this.#hasAbandoned;
    this.#hasAbandoned = false;
    return has;
  }

  /** A transaction is stored whole: it acts, or waits. */
  whole(range: TransactionRange): void {
    if (this.#isHollow(range, "wholly")) this.#pass(range);
    else this.act(range);
  }

  /** The same, of one that was not taken hollow. */
  act(range: TransactionRange): void {
    if (this.#interpret(range, false)) this.retry(range);
  }

  /** Tries a transaction again that waits. */
  again(waiting: TransactionRange): void {
    if (this.#interpret(waiting, true)) this.retry(waiting);
  }

  /** Tries what waits for operations that were just interpreted, and what waits for that, until nothing moves. */
  retry(range: TransactionRange): void {
    const covered = [range];
    for (let next = covered.pop(); next !== undefined; next = covered.pop()) {
      // What still waits then waits for another operation, so this ends.
      for (;;) {
        const waiting = this.#medium.waitingFor(next);
        if (waiting === undefined) break;
        if (this.#interpret(waiting, true)) covered.push(waiting);
      }
    }
  }

  /** Transactions that wait for nothing but what they abandon, each other's or their own, act together. */
  untie(): void {
    for (;;) {
      const knot = findKnot(this.#medium, (range, isCovered) => this.#examine(range, isCovered));
      if (knot.length === 0) return;
      const voided = knot.flatMap(({ abandons }) => abandons.map((one) => this.#abandon(one)));
      // One may be of what another one abandons, and then waits no more.
      for (const { range } of knot) if (this.#medium.isWaiting(range.log, range.first)) this.again(range);
      for (const one of voided) if (one !== undefined) this.retry(one);
    }
  }

  /** Of what waits because a part of it came hollow: what is spent elsewhere waits no more. */
  passSpent(log: LogId, runs: readonly SpentRun[]): void {
    for (const waiting of this.#medium.waitingForChange()) {
      const { log: of, first, last } = waiting;
      if (of !== log || !isWithin(runs, first, last) || !this.#isHollow(waiting, "partly")) continue;
      this.#medium.removeWaiting(waiting);
      this.#pass(waiting);
    }
  }

  /** Interprets a transaction that is stored whole, or lets it wait. */
  #interpret(range: TransactionRange, waited: boolean): boolean {
    const { log, last } = range;
    const { wait, abandons } = this.#examine(range, (add, seq) => isCoveredAt(this.#medium, add, range, seq));
    // While it still waits, or is not whole: none of it is among what cells are computed from.
    const voided = wait === undefined ? abandons.map((one) => this.#abandon(one)) : [];
    if (waited) this.#medium.removeWaiting(range);
    if (wait !== undefined) {
      this.#medium.addWaiting(range, wait);
      if (!waited) this.#medium.setWhole(log, last);
      return false;
    }
    const interpreter = new Interpreter(this.#medium, range);
    for (const batch of this.#batches(range))
      interpreter.batch(batch, this.#bindings.of(batch.header.schema));
    if (!waited) this.#medium.setWhole(log, last);
    this.#medium.interpreted(range);
    for (const one of voided) if (one !== undefined) this.retry(one);
    return true;
  }

  /**
   * What the log holds from there on counts no more: the cells of which it speaks are computed anew. Returns what nobody
   * needs to wait for any more.
   */
  #abandon({ abandon, by }: AbandonAt): TransactionRange | undefined {
    const { abandoned: log, from, proof, anew } = abandon;
    const medium = this.#medium;
    for (const { batch, first } of anew) medium.putAnew(batch, { log: by.log, seq: first });
    const end = medium.voidFrom(log);
    if (end !== undefined && end <= from) return undefined;
    this.#hasAbandoned = true;
    const last = medium.log(log)?.whole ?? 0;
    const recomputation = new Recomputation(medium, (schema) => this.#bindings.of(schema));
    if (last >= from) {
      for (const batch of this.#batches({ log, first: from, last })) {
        if (!medium.isWaiting(log, batch.header.first)) recomputation.touch(batch);
      }
    }
    medium.abandon({ log, from, by, proof });
    recomputation.run();
    if (last >= from) medium.recomputed({ log, first: from, last });
    return { log, first: from, last: Number.MAX_SAFE_INTEGER };
  }

  #isHollow(range: TransactionRange, how: "wholly" | "partly"): boolean {
    if (this.#medium.doubt.until === 0) return false;
    for (const { isHollow } of this.#batches(range)) if (isHollow === (how === "partly")) return isHollow;
    return how === "wholly";
  }

  /** A transaction of which nothing lives anywhere: its operations are there, and nobody waits for them any more. */
  #pass(range: TransactionRange): void {
    const { log, first, last } = range;
    for (const batch of this.#batches(range)) this.#medium.putTold(log, batch.header.first);
    if ((this.#medium.log(log)?.whole ?? 0) < last) this.#medium.setWhole(log, last);
    const { cells } = this.#medium;
    for (let seq = first; seq <= last && cells.hasDeferred(log); seq++) cells.takeDeferred({ log, seq });
    this.retry(range);
  }

  *#batches({ log, first, last }: TransactionRange): Iterable<OpenBatch> {
    for (let seq = first; seq <= last; ) {
      const batch = this.#medium.open(log, seq);
      if (batch === undefined) throw new Error(`operation ${seq} of ${log} is not stored`);
      yield batch;
      seq = batch.last + 1;
    }
  }

  #examine(range: TransactionRange, isCovered: IsCovered): Examined {
    return examine(this.#batches(range), (id) => this.#bindings.of(id), isCovered);
  }
}
