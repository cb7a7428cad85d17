import type { Entries } from "./entries.ts";

/** Makes entries by the archive's tables as they are now: the application may change them while the node runs. */
export class CurrentEntries implements Pick<Entries, "rowsOf" | "typeOf"> {
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

  close(): void {
    this.#entries.close();
  }
}
