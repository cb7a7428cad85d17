import { Ledger } from "./ledger.ts";

type Entry = (ledger: Ledger) => void;

/** A ledger that can tell what stood in it at any instant, in microseconds since 1970. */
export class TimedLedger extends Ledger {
  readonly #entries: { readonly time: number; readonly write: Entry }[] = [];

  /** What is promised counts from the next millisecond on, what is tried from the one before. */
  at(time: number): Ledger {
    const ledger = new Ledger();
    for (const entry of this.#entries) if (entry.time <= time) entry.write(ledger);
    return ledger;
  }

  override attempt(hash: string): void {
    this.#tried((ledger) => ledger.attempt(hash));
    super.attempt(hash);
  }

  override acknowledge(hash: string): void {
    this.#promised((ledger) => ledger.acknowledge(hash));
    super.acknowledge(hash);
  }

  override withdraw(hash: string): void {
    this.#promised((ledger) => ledger.withdraw(hash));
    super.withdraw(hash);
  }

  override attemptIncrement(by: number): void {
    this.#tried((ledger) => ledger.attemptIncrement(by));
    super.attemptIncrement(by);
  }

  override acknowledgeIncrement(by: number): void {
    this.#promised((ledger) => ledger.acknowledgeIncrement(by));
    super.acknowledgeIncrement(by);
  }

  #tried(write: Entry): void {
    this.#entries.push({ time: Date.now() * 1000, write });
  }

  #promised(write: Entry): void {
    this.#entries.push({ time: (Date.now() + 1) * 1000, write });
  }
}
