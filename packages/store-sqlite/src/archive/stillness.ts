import { statSync } from "node:fs";

/** A file written a moment ago may be written again without another time of change: clocks of file systems tick slowly. */
const tickMs = 50;
/** How long what the file system says is believed, in ms: one over the network may be wrong. */
const believedMs = 250;

/**
 * Tells without asking SQLite whether a file was written: asking takes a lock, and in journal mode `delete` whoever wants to commit
 * at that moment begins to wait.
 */
export class Stillness {
  readonly #path: string;
  readonly #now: () => number;
  #stamp: string | undefined;
  #lookedAt = 0;
  #isSure = false;
  /** Nobody else has written since we did. */
  #isOurs = false;

  /** `now` in Unix milliseconds, of the clock that file times are told by. */
  constructor(path: string, now: () => number) {
    this.#path = path;
    this.#now = now;
  }

  /**
   * Another value whenever the file was written, and always another one while it is being written; undefined where only
   * SQLite knows, because there is a write-ahead log.
   */
  version(): number | undefined {
    if (isThere(`${this.#path}-wal`)) return undefined;
    if (isThere(`${this.#path}-journal`)) return Number.NaN;
    return statSync(this.#path, { throwIfNoEntry: false })?.mtimeMs ?? Number.NaN;
  }

  /**
   * SQLite is asked next: what it says is true of the file as it is now. Returns whether somebody else wrote it since the last
   * look, or may have.
   */
  look(): boolean {
    const now = this.#now();
    const [before, wasSure] = [this.#stamp, this.#isSure || this.#isOurs];
    const stat = this.#read();
    this.#isOurs = this.#isOurs && stat?.stamp === before;
    this.#stamp = stat?.stamp;
    this.#isSure = stat !== undefined && now - stat.changedAt > tickMs;
    this.#lookedAt = now;
    return before !== undefined && stat !== undefined && (stat.stamp !== before || !wasSure);
  }

  /** What was written until now was written by us. */
  wrote(): void {
    this.#stamp = this.#read()?.stamp;
    this.#isSure = false;
    this.#isOurs = true;
  }

  /** Whether the file is for sure as it was when SQLite was asked last. */
  isStill(): boolean {
    const age = this.#now() - this.#lookedAt;
    return this.#isSure && age >= 0 && age < believedMs && this.#read()?.stamp === this.#stamp;
  }

  /** Undefined while it is being written, and where there is a write-ahead log. */
  #read(): { readonly stamp: string; readonly changedAt: number } | undefined {
    if (isThere(`${this.#path}-wal`) || isThere(`${this.#path}-journal`)) return undefined;
    const stat = statSync(this.#path, { bigint: true, throwIfNoEntry: false });
    if (stat === undefined) return undefined;
    return { stamp: `${stat.ino} ${stat.size} ${stat.mtimeNs}`, changedAt: Number(stat.mtimeMs) };
  }
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
