import type { LogId } from "@jarvis-crdt/crdt";
import { type Doubts, isWithin, type SpentHere, type SpentRun, type Store } from "@jarvis-crdt/store";
import { agreed } from "./agreed.ts";
import { mergedRuns } from "./merged-runs.ts";
import type { Witness, Witnesses } from "./witness.ts";

/** Calls between two comparisons at most: a minute, as it is called. */
const longestPause = 60;

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
  /** Calls to pass over, because nothing came of the last comparisons. */
  #rest = 0;
  #pause = 1;
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
    if (!isQuiet) this.#rest = 0;
    if (!isQuiet || needed === 0 || witnesses.length < needed || this.#rest-- > 0) return;
    if (!(await this.#compare(doubts, witnesses, needed))) {
      this.#pause = Math.min(2 * this.#pause, longestPause);
      this.#rest = this.#pause;
      return;
    }
    this.#pause = 1;
    await this.#store.settle(doubts);
    if ((await this.#store.doubts()) === undefined) this.#inDoubt = undefined;
  }

  /** Whether everything was compared with enough members that know what was removed. */
  async #compare(doubts: Doubts, witnesses: readonly Witness[], needed: number): Promise<boolean> {
    const told = await this.#told(doubts);
    const known = await Promise.all(witnesses.map((one) => this.#knows(one, doubts, told)));
    const knowing = witnesses.filter((_, i) => known[i]);
    let isDone = knowing.length >= needed;
    for (const { log, through } of doubts.logs) {
      for (let after = 0; after < through; ) {
        const answers = await this.#answers(witnesses, log, after);
        const spent = agreed([...answers.values()], needed);
        if (spent.runs.length > 0 || spent.overwritten.length > 0) await this.#store.wither(log, spent);
        if (spent.through <= after) break;
        const here = await this.#store.spent(log, after);
        const gone = mergedRuns(here.runs, here.told);
        const end = Math.min(here.through, spent.through);
        const isOpen = (one: Witness) => {
          const { runs = [], told = [] } = answers.get(one) ?? {};
          return mergedRuns(runs, told).some(
            (run) => run.first <= end && !isWithin(gone, run.first, Math.min(run.last, end)),
          );
        };
        if (end <= after || knowing.some(isOpen)) isDone = false;
        if (end <= after) break;
        after = end;
      }
    }
    return isDone && witnesses.every(({ isPresent }) => isPresent());
  }

  /** What came hollow here. */
  async #told({ logs }: Doubts): Promise<ReadonlyMap<LogId, readonly SpentRun[]>> {
    const told = new Map<LogId, readonly SpentRun[]>();
    for (const { log, through } of logs) {
      let runs: readonly SpentRun[] = [];
      for (let after = 0; after < through; ) {
        const page = await this.#store.spent(log, after);
        if (page.through <= after) break;
        runs = mergedRuns(runs, page.told);
        after = page.through;
      }
      if (runs.length > 0) told.set(log, runs);
    }
    return told;
  }

  /** Whether a member knows what those removed: it has interpreted them, or has compared itself. */
  async #knows(
    witness: Witness,
    { logs }: Doubts,
    told: ReadonlyMap<LogId, readonly SpentRun[]>,
  ): Promise<boolean> {
    let isSettled = logs.every(({ log, through }) => witness.has(log, through));
    let calls = told.size > 0;
    for (const { log } of logs) {
      const mine = told.get(log) ?? [];
      const end = mine.at(-1)?.last ?? 1;
      let runs: readonly SpentRun[] = [];
      for (let after = (mine[0]?.first ?? 1) - 1; after < end; ) {
        const answer = await witness.ask(log, after);
        if (answer === undefined) return false;
        isSettled &&= answer.settled;
        if (answer.through <= after) break;
        runs = mergedRuns(runs, answer.runs);
        after = answer.through;
      }
      calls &&= mine.every(({ first, last }) => isWithin(runs, first, last));
      if (!isSettled && !calls) return false;
    }
    return isSettled || calls;
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
