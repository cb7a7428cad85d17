import { statSync } from "node:fs";
import type { ArchiveFile } from "./archive-file.ts";
import { openArchiveDatabase } from "./database.ts";
import { ArchiveError } from "./error.ts";
import type { Exchange } from "./exchange.ts";

export interface KeptArchiveOptions {
  readonly path: string;
  readonly open: () => ArchiveFile;
  /** Makes an empty archive where there is no file, or one of 0 bytes. */
  readonly create: () => void;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** How long a missing file is waited for, in ms: programs replace a file by deleting it and writing another. */
  readonly missingMs?: number;
}

const defaultMissingMs = 2_000;

/**
 * The archive at a path, whichever file that is: follows when the file is replaced, waits while it cannot be used, and
 * makes it anew when it stays away. What the application wrote into a file that was taken away is captured first.
 */
export class KeptArchive {
  readonly #options: KeptArchiveOptions;
  #file: ArchiveFile | undefined;
  #journal: string;
  #missingSince: number | undefined;
  #mayAdopt = false;

  /** Opens the file; throws `ArchiveError` as `ArchiveFile.open` does. */
  constructor(options: KeptArchiveOptions) {
    this.#options = options;
    this.#file = options.open();
    this.#journal = this.#file.journalMode;
  }

  /** One exchange with the file that is there now. Throws as `ArchiveFile.exchange` does, and may be called again. */
  exchange(): Exchange {
    if (this.#file === undefined && !this.#reopen()) return { outcome: "busy" };
    return this.#try((file) => file.exchange());
  }

  /** What an exchange does without the write lock. Throws as that does. */
  capture(): Exchange {
    return this.#file === undefined ? { outcome: "idle" } : this.#try((file) => file.capture());
  }

  #try(run: (file: ArchiveFile) => Exchange): Exchange {
    try {
      return run(this.#file!);
    } catch (error) {
      if (!(error instanceof ArchiveError) || error.code === "foreign") throw error;
      this.#leave(error.code === "replaced");
      if (error.code === "replaced") return { outcome: "busy" };
      throw error;
    }
  }

  /** Undefined while there is no file. */
  version(): number | undefined {
    return this.#file?.version();
  }

  /** Notes how far the application has come. */
  look(): void {
    this.#file?.look();
  }

  rest(): void {
    this.#file?.rest();
  }

  /** Rows of the file that no log knows and that are not adopted yet. */
  get leftovers(): number {
    return this.#file?.leftovers ?? 0;
  }

  adoptLeftovers(): void {
    this.#mayAdopt = true;
    this.#file?.adoptLeftovers();
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  #leave(isElsewhere: boolean): void {
    const file = this.#file;
    this.#file = undefined;
    try {
      if (isElsewhere) file?.captureRest();
    } finally {
      file?.close();
    }
  }

  /** Whether there is a file. */
  #reopen(): boolean {
    const { path, open, create, now, missingMs = defaultMissingMs } = this.#options;
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size === 0) {
      this.#missingSince ??= now();
      if (now() - this.#missingSince < missingMs) return false;
      create();
      this.#keepJournalMode();
    }
    this.#missingSince = undefined;
    const file = open();
    if (this.#mayAdopt) file.adoptLeftovers();
    this.#file = file;
    this.#journal = file.journalMode;
    return true;
  }

  /** Other programs know the file as it was. */
  #keepJournalMode(): void {
    const db = openArchiveDatabase(this.#options.path);
    try {
      db.pragma(`journal_mode = ${this.#journal}`);
    } finally {
      db.close();
    }
  }
}
