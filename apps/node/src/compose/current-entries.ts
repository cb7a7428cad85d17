import type { Entries } from "./entries.ts";

/** What a running node asks of entries. */
export type EntryMaker = Pick<Entries, "rowsOf" | "typeOf" | "isKeyed" | "changesOf">;

type Closable = EntryMaker & Pick<Entries, "close">;

/** Makes entries by the archive's tables as they are now: the application may change them while the node runs. */
export class CurrentEntries implements EntryMaker {
  readonly #make: () => Closable;
  #made: Closable;
  #isStale = false;

  constructor(make: () => Closable) {
    this.#make = make;
    this.#made = make();
  }

  /**
   * The tables have changed. They are read when they are asked for next: whoever tells is in the middle of a transaction,
   * and where they cannot be read, whoever asks is told so, each time until they can.
   */
  renew(): void {
    this.#isStale = true;
  }

  get #entries(): Closable {
    if (!this.#isStale) return this.#made;
    const before = this.#made;
    this.#made = this.#make();
    this.#isStale = false;
    before.close();
    return this.#made;
  }

  rowsOf(...args: Parameters<Entries["rowsOf"]>): ReturnType<Entries["rowsOf"]> {
    return this.#entries.rowsOf(...args);
  }

  typeOf(...args: Parameters<Entries["typeOf"]>): string {
    return this.#entries.typeOf(...args);
  }

  isKeyed(table: string): boolean {
    return this.#entries.isKeyed(table);
  }

  changesOf(...args: Parameters<Entries["changesOf"]>): ReturnType<Entries["changesOf"]> {
    return this.#entries.changesOf(...args);
  }

  close(): void {
    this.#made.close();
  }
}
