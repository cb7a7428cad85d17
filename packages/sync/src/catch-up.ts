import type { LogId } from "@jarvis-crdt/crdt";
import type { Knowledge } from "./knowledge.ts";

/** What each side lacked when the frontiers had been exchanged, as far as it is still outstanding: until then the session is not synced. */
export class CatchUp {
  readonly #knowledge: Knowledge;
  /** Through which sequence the peer lacked a log, and we did. */
  readonly #owed = new Map<LogId, number>();
  readonly #wanted = new Map<LogId, number>();

  constructor(knowledge: Knowledge) {
    this.#knowledge = knowledge;
  }

  get isDone(): boolean {
    return this.#owed.size === 0 && this.#wanted.size === 0;
  }

  owe(log: LogId, through: number): void {
    this.#owed.set(log, through);
  }

  want(log: LogId, through: number): void {
    this.#wanted.set(log, through);
  }

  /** Our frontier of the log grew, or the peer is known to have more of it than before. */
  settle(log: LogId): void {
    if ((this.#owed.get(log) ?? Number.POSITIVE_INFINITY) <= this.#knowledge.theirSeq(log))
      this.#owed.delete(log);
    if ((this.#wanted.get(log) ?? Number.POSITIVE_INFINITY) <= this.#knowledge.mineSeq(log))
      this.#wanted.delete(log);
  }

  /** Nothing is to be expected of a log that was written twice. */
  forget(log: LogId): void {
    this.#owed.delete(log);
    this.#wanted.delete(log);
  }
}
