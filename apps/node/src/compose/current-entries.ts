import type { Entries } from "./entries.ts";

/** What a running node asks of entries. */
export type EntryMaker = Pick<Entries, "rowsOf" | "typeOf" | "isKeyed" | "changesOf">;

/** Makes entries by the archive's tables as they are now: the application may change them while the node runs. */
export class CurrentEntries implements EntryMaker {
  readonly #make: () => Entries;
  #entries: Entries;

  constructor(make: () => Entries) {
    this.#make = make;
    this.#entries = make();
  }

  /** The tables have changed. */
  renew(): void {
    const before = this.#entries;
    this.#entries = this.#make();
    before.close();
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
    this.#entries.close();
  }
}
