import { type FileHandle, open } from "node:fs/promises";

/**
 * Makes what is in the write-ahead log durable while its thread goes on: one fsync takes as long as thousands of
 * operations. Calls that come during one share the next.
 */
export class WalSync {
  readonly #path: string;
  #file: FileHandle | undefined;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  /** What failed once may have lost pages that the system now takes for written. */
  #failure: unknown;

  constructor(database: string) {
    this.#path = `${database}-wal`;
  }

  /** Why it was given up; undefined while it was not. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Resolves once everything that was committed before this call survives a loss of power. */
  sync(): Promise<void> {
    if (this.#running === undefined) {
      this.#running = this.#sync().finally(() => {
        this.#running = undefined;
      });
      return this.#running;
    }
    this.#next ??= this.#running
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined;
        return this.sync();
      });
    return this.#next;
  }

  async close(): Promise<void> {
    await this.#running?.catch(() => undefined);
    await this.#file?.close();
  }

  async #sync(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      this.#file ??= await open(this.#path, "r+");
      await this.#file.sync();
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }
}
