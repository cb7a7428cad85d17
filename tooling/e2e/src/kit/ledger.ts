import type { WrittenEntry } from "@jarvis-crdt/fixtures";

/**
 * What writers were told, and so what every node must show in the end: acknowledged rows once; rows of whose fate the
 * writer never heard once or not at all; a counter between the sums of both. Rows are known by their content's hash.
 */
export class Ledger {
  readonly rows = new Map<string, "acknowledged" | "unknown">();
  /** Of acknowledged rows those that the assistant's verifier judged afterwards. */
  readonly verified = new Set<string>();
  /** Agents' activities that were acknowledged. */
  activities = 0;
  readonly counter = { least: 0, most: 0 };
  /** What writers were told and must not be told: locked files, errors of the server. */
  readonly complaints: string[] = [];

  get acknowledged(): number {
    let count = 0;
    for (const fate of this.rows.values()) if (fate === "acknowledged") count++;
    return count;
  }

  /** Before the outcome is known. */
  attempt(hash: string): void {
    this.rows.set(hash, "unknown");
  }

  acknowledge(hash: string): void {
    this.rows.set(hash, "acknowledged");
  }

  /** The writer knows that it did not happen. */
  withdraw(hash: string): void {
    this.rows.delete(hash);
  }

  /** A negative number withdraws an attempt that surely did not happen. */
  attemptIncrement(by: number): void {
    this.counter.most += by;
  }

  acknowledgeIncrement(by: number): void {
    this.counter.least += by;
  }

  /** One line of the assistant, printed after its commit. */
  assistantWrote(
    kind: "entries" | "verified" | "activities",
    value: WrittenEntry | number,
    hashOf: HashOf,
  ): void {
    if (kind === "entries") this.acknowledge((value as WrittenEntry).content_hash);
    else if (kind === "verified") this.verified.add(hashOf(value as number));
    else this.activities++;
  }
}

/** The content's hash of the row that one assistant wrote under a local id. */
export type HashOf = (id: number) => string;
