import { type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";

/** Is told when a file was perhaps written, for as long as it wants to be; it may miss a write at any time. */
export interface Watch {
  /** Whether it will be told. */
  arm(): boolean;
  disarm(): void;
}

/**
 * Watches a database file through the system, so that a write is noticed at once and not at the next look. Where the system
 * cannot, or does not tell, the next look tells. It watches the folder, because a file may be replaced, and only while it is
 * armed: whoever writes without end would wake us for every page.
 */
export class FileWatch implements Watch {
  readonly #path: string;
  readonly #written: () => void;
  #watcher: FSWatcher | undefined;
  #isPossible = true;

  constructor(path: string, written: () => void) {
    this.#path = path;
    this.#written = written;
  }

  arm(): boolean {
    if (!this.#isPossible || this.#watcher !== undefined) return this.#isPossible;
    const file = basename(this.#path);
    const names: ReadonlySet<string> = new Set([file, `${file}-wal`, `${file}-journal`]);
    try {
      const watcher = watch(dirname(this.#path), { persistent: false }, (_event, name) => {
        if (name === null || names.has(name)) this.#written();
      });
      watcher.on("error", () => this.#giveUp());
      this.#watcher = watcher;
    } catch {
      this.#giveUp();
    }
    return this.#isPossible;
  }

  disarm(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  #giveUp(): void {
    this.#isPossible = false;
    this.disarm();
  }
}
