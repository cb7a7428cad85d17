/** For how long a file must not have been written by others, in ms. */
export const lullMs = 10;
/** How long one is waited for at most, in ms. */
const patienceMs = 250;
/** After so long without a write the next one stands for itself, in ms, until it is seen whether others follow. */
const calmMs = 300;

/**
 * Waits until another writer pauses. Programs write in bursts, a statement every few milliseconds; whoever takes the lock
 * within one makes its next statement wait, and has to take it again afterwards for the rest.
 */
export class Lull {
  #version: number | undefined;
  #since: number | undefined;
  #writtenAt = Number.NEGATIVE_INFINITY;
  #waitUntil = 0;
  #isWaitedFor = false;
  #isFirst = false;

  /** Whether the file, whose `data_version` this is now, may be locked; `now` in ms, of a clock that never goes back. */
  isThere(version: number | undefined, now: number): boolean {
    // NaN, a file that is just being written, is never the same.
    const isWritten = this.#version !== undefined && version !== this.#version;
    this.#version = version;
    if (isWritten) {
      if (now - this.#writtenAt >= calmMs) this.#isFirst = true;
      this.#writtenAt = now;
      // Timers fire a little early.
      this.#waitUntil = now + lullMs - 1;
    }
    if (now < this.#waitUntil && !this.#isWaitedFor) {
      this.#since ??= now;
      if (now - this.#since < patienceMs) return false;
    }
    this.#since = undefined;
    this.#isFirst = false;
    return true;
  }

  /** The file was written after a time of calm, and of that nothing has been read yet. */
  get isFirst(): boolean {
    return this.#isFirst;
  }

  /** What was written first has been read. */
  wasRead(): void {
    this.#isFirst = false;
  }

  /** After a run that found the file locked: whoever writes has had his time, and the next one need not wait for a pause. */
  wasMissed(): void {
    this.#isWaitedFor = true;
  }

  /** After a run of ours: the file is as we left it. */
  wasUsed(version: number | undefined): void {
    this.#isWaitedFor = false;
    this.#waitUntil = 0;
    this.#version = version;
  }
}
