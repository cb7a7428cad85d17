import { KeySet } from "./key-set.ts";
import type { LocalKey } from "./local-key.ts";
import type { Entry } from "./outbox.ts";

/**
 * Rows that this process captured as new and that nothing has touched since, by their numbers: the file holds what the batch
 * says that was made of them, so that nobody need compare. Whatever makes that doubtful forgets all of them; then they are
 * compared, as any other row is.
 */
export class AsCaptured {
  readonly #tables = new Map<number, KeySet>();

  /** These entries of the outbox are in the state now, and these rows of theirs are new in it. */
  note(
    entries: readonly Entry[],
    added: readonly { readonly table: number; readonly key: LocalKey }[],
  ): void {
    for (const { table, key, was } of entries) {
      this.take(table, key);
      if (was !== null) this.take(table, was);
    }
    for (const { table, key } of added) {
      if (typeof key !== "number") continue;
      let keys = this.#tables.get(table);
      if (keys === undefined) {
        keys = new KeySet();
        this.#tables.set(table, keys);
      }
      keys.add(key);
    }
  }

  /** Whether it is such a row; from now on it is not. */
  take(table: number, key: LocalKey): boolean {
    return typeof key === "number" && this.#tables.get(table)?.delete(key) === true;
  }

  forget(): void {
    this.#tables.clear();
  }
}
