import { alone, type Budget, type OtherWriter, shared } from "./exchange.ts";

const fewestRows = 100;
/** After so many ms without another writer the file is ours alone, until one is seen. */
const lonelyMs = 10_000;

/** How much one run may do, by who else writes the file and by what the last runs took. */
export class Pace {
  readonly #now: () => number;
  #version: number | undefined;
  /** When another writer was last noticed. */
  #otherWriterAt = 0;
  /** Between the last run and the one before. */
  #otherWrote = false;
  #rowsPerMs = 20;

  /** `now` in Unix milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The archive's `data_version` within a run; another one than the last means another writer. */
  notice(version: number): void {
    this.#otherWrote = this.#version !== undefined && version !== this.#version;
    if (this.#otherWrote) this.#otherWriterAt = this.#now();
    this.#version = version;
  }

  get isShared(): boolean {
    return this.#now() - this.#otherWriterAt < lonelyMs;
  }

  get otherWriter(): OtherWriter {
    return this.#otherWrote ? "now" : this.isShared ? "lately" : "none";
  }

  get budget(): Budget {
    return this.isShared ? shared : alone;
  }

  /** Rows that a run of this budget can show. */
  rows(budget: Budget): number {
    const affordable = Math.floor(this.#rowsPerMs * budget.ms);
    return Math.min(budget.rows, Math.max(fewestRows, affordable));
  }

  /** The first runs of a process are its slowest, and each run costs the same again: what goes faster counts at once. */
  learn(rows: number, ms: number): void {
    if (rows < fewestRows || ms <= 0) return;
    const rowsPerMs = rows / ms;
    this.#rowsPerMs = Math.max(rowsPerMs, (this.#rowsPerMs + rowsPerMs) / 2);
  }
}
