import type { LogId } from "@jarvis-crdt/crdt";
import type { Doubts, SpentHere, Store } from "@jarvis-crdt/store";
import { agreed } from "./agreed.ts";
import type { Witness, Witnesses } from "./witness.ts";

/** What keeps this node from comparing what hollow batches left in doubt. */
export interface InDoubt {
  /** Other members whose word it needs, and those of them that can be asked. */
  readonly needed: number;
  readonly present: number;
}

/**
 * After hollow batches: compares what lives here with what other members say, and lets fall what two of them call spent,
 * or the only other one. Without their word it stays.
 */
export class Settling {
  readonly #store: Store;
  readonly #witnesses: Witnesses;
  #isRunning = false;
  /** Causes for doubt when it was looked last: while there are more each time, it is too early. */
  #seen: number | undefined;
  #inDoubt: InDoubt | undefined;

  constructor(store: Store, witnesses: Witnesses) {
    this.#store = store;
    this.#witnesses = witnesses;
  }

  /** Undefined where nothing is in doubt. */
  get inDoubt(): InDoubt | undefined {
    return this.#inDoubt;
  }

  /** Compares, where there is anything to compare and nothing comes any more that would have to be compared again. */
  async run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      await this.#run();
    } finally {
      this.#isRunning = false;
    }
  }

  async #run(): Promise<void> {
    const doubts = await this.#store.doubts();
    const isQuiet = doubts?.causes === this.#seen;
    this.#seen = doubts?.causes;
    if (doubts === undefined) {
      this.#inDoubt = undefined;
      return;
    }
    const needed = Math.min(2, this.#witnesses.members().size);
    const witnesses = this.#witnesses.present();
    this.#inDoubt = { needed, present: witnesses.length };
    if (!isQuiet || needed === 0 || witnesses.length < needed) return;
    if (!(await this.#compare(doubts, witnesses, needed))) return;
    await this.#store.settle(doubts);
    if ((await this.#store.doubts()) === undefined) this.#inDoubt = undefined;
  }

  /** Whether everything was compared with enough members that know all that is known here. */
  async #compare({ logs }: Doubts, witnesses: readonly Witness[], needed: number): Promise<boolean> {
    const knowing = witnesses.filter((one) => logs.every(({ log, through }) => one.has(log, through)));
    let isDone = knowing.length >= needed;
    for (const { log, through } of logs) {
      for (let after = 0; after < through; ) {
        const answers = await this.#answers(witnesses, log, after);
        const told = [...answers.values()];
        const spent = agreed(told, needed);
        if (spent.through <= after) {
          isDone = false;
          break;
        }
        if (spent.runs.length > 0 || spent.overwritten.length > 0) await this.#store.wither(log, spent);
        const sure = knowing.filter((one) => {
          const answer = answers.get(one);
          return answer?.settled === true && answer.through >= Math.min(spent.through, through);
        });
        if (sure.length < needed) isDone = false;
        after = spent.through;
      }
    }
    return isDone;
  }

  async #answers(
    witnesses: readonly Witness[],
    log: LogId,
    after: number,
  ): Promise<ReadonlyMap<Witness, SpentHere>> {
    const answers = new Map<Witness, SpentHere>();
    const asked = witnesses.map(async (one) => {
      const answer = await one.ask(log, after);
      if (answer !== undefined && answer.through > after) answers.set(one, answer);
    });
    await Promise.all(asked);
    return answers;
  }
}
