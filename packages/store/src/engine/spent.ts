import type { Dot, LogId, Outline } from "@jarvis-crdt/crdt";
import { encodeElement, hasDot, type RowCell } from "@jarvis-crdt/crdt";
import { isCovered } from "./interpreter.ts";
import type { Medium } from "./medium.ts";
import type { OpenBatch } from "./open-batch.ts";
import { writtenCell } from "./register-cell.ts";
import type { Bind, SchemaBinding, TableBinding } from "./schema-map.ts";
import type { TransactionRange } from "./waiting.ts";

/**
 * What a node says of a stretch of a log. An operation is *spent* where a node has interpreted it itself, it lives in no cell
 * any more, and everything that it names has come: nobody needs it who has what that node has.
 */
export interface Spent {
  /** Up to which sequence was looked; nothing is said of what follows. */
  readonly through: number;
  /** Spent operations, as ascending runs of sequences that do not touch. */
  readonly runs: readonly SpentRun[];
  /** Adds of rows that live, and what of them does not: the column groups that were overwritten. */
  readonly overwritten: readonly OverwrittenPart[];
}

/** The same with the word that everything else that was looked at is needed. */
export interface SpentHere extends Spent {
  /** Nothing is in doubt at who says it, and nothing waits to be interpreted. */
  readonly settled: boolean;
  /** Operations that came hollow, as such runs: they live nowhere here, because others said so. */
  readonly told: readonly SpentRun[];
}

/** Operations of a log that are spent, from `first` through `last`. */
export interface SpentRun {
  readonly first: number;
  readonly last: number;
}

/** A group of a live `row.add` whose value was overwritten. */
export interface OverwrittenPart {
  readonly seq: number;
  /** Name of the column group. */
  readonly group: string;
}

/** What one answer tells at most. */
export const spentLimits = {
  /** Operations that are looked at: some 30 ms of work. */
  operations: 4000,
  /** Runs of either kind, and overwritten parts: each. */
  entries: 1500,
} as const;

/** Whether each operation of a transaction is spent: then its batches may become hollow. O(operations). */
export function isSpent(medium: Medium, bind: Bind, { log, first, last }: TransactionRange): boolean {
  for (let after = first - 1; after < last; ) {
    const { through, runs } = spentOf(medium, bind, log, after, last);
    const end = Math.min(through, last);
    if (end <= after || !isWithin(runs, after + 1, end)) return false;
    after = end;
  }
  return true;
}

/** Whether all of these sequences are in one of the runs. */
export function isWithin(runs: readonly SpentRun[], first: number, last: number): boolean {
  return runs.some((run) => run.first <= first && last <= run.last);
}

/**
 * What is spent of the operations of a log after `after`, as far as one answer goes; with `last` up to there, and no farther
 * than the first that is not.
 */
export function spentOf(
  medium: Medium,
  bind: Bind,
  log: LogId,
  after: number,
  last?: number,
): Spent & Pick<SpentHere, "told"> {
  const end = Math.min(medium.log(log)?.whole ?? 0, last ?? Number.POSITIVE_INFINITY);
  const said = new Said(after);
  let looked = 0;
  const goesOn = () => !said.isFull && (last === undefined || !said.lives);
  while (said.through < end && looked < spentLimits.operations && goesOn()) {
    const batch = medium.open(log, said.next)!;
    const isTold = medium.isTold(log, batch.header.first);
    if (batch.isHollow || isTold || medium.isWaiting(log, said.next)) {
      said.stretch(batch.last, isTold ? "told" : batch.isHollow ? "spent" : "needed");
      looked++;
      continue;
    }
    const reader = new BatchReader(medium, batch, bind(batch.header.schema));
    for (; said.next <= batch.last && goesOn(); looked++) reader.judge(said);
  }
  return said.answer(end);
}

/** Collects an answer. Pieces share the fate of the operation behind them. */
class Said {
  through: number;
  /** The next operation to look at. */
  next: number;
  /** Whether some operation is not spent. */
  lives = false;
  readonly #runs: { first: number; last: number }[] = [];
  readonly #told: { first: number; last: number }[] = [];
  readonly #overwritten: OverwrittenPart[] = [];

  constructor(after: number) {
    this.through = after;
    this.next = after + 1;
  }

  get isFull(): boolean {
    const { entries } = spentLimits;
    return [this.#runs, this.#told, this.#overwritten].some(({ length }) => length >= entries);
  }

  piece(): void {
    this.next++;
  }

  /** All up to `last` that was not judged yet. */
  stretch(last: number, what: "spent" | "told" | "needed"): void {
    const first = this.through + 1;
    const runs = what === "spent" ? this.#runs : this.#told;
    const before = runs.at(-1);
    if (what !== "spent") this.lives = true;
    if (what !== "needed" && before?.last === this.through) before.last = last;
    else if (what !== "needed") runs.push({ first, last });
    this.through = last;
    this.next = last + 1;
  }

  overwritten(seq: number, group: string): void {
    this.#overwritten.push({ seq, group });
  }

  answer(end: number): Spent & Pick<SpentHere, "told"> {
    const through = Math.min(end, this.through);
    return { through, runs: this.#runs, told: this.#told, overwritten: this.#overwritten };
  }
}

/** Judges the operations of one batch that was interpreted. */
class BatchReader {
  readonly #medium: Medium;
  readonly #batch: OpenBatch;
  readonly #binding: SchemaBinding | undefined;

  constructor(medium: Medium, batch: OpenBatch, binding: SchemaBinding | undefined) {
    this.#medium = medium;
    this.#batch = batch;
    this.#binding = binding;
  }

  judge(said: Said): void {
    const { header } = this.#batch;
    const seq = said.next;
    const operation = this.#batch.outline(seq - header.first);
    if (operation.kind === "piece") said.piece();
    else {
      const lives = this.#lives(operation, { log: header.log, seq }, said);
      said.stretch(seq, !lives && this.#hasAllItNames(operation) ? "spent" : "needed");
    }
  }

  #lives(operation: Outline, dot: Dot, said: Said): boolean {
    const { cells } = this.#medium;
    switch (operation.kind) {
      case "set.add": {
        const object = cells.find("set", operation.object);
        return (
          object !== undefined && hasDot(cells.element(object, encodeElement(operation.element)) ?? [], dot)
        );
      }
      case "register.set":
      case "keyed.set": {
        const { type, key } = writtenCell(operation);
        const object = cells.find(type, operation.object);
        const entries = object && cells.register(object, key);
        return entries?.some((entry) => hasDot([entry.dot], dot)) ?? false;
      }
      case "set.remove":
      case "keyed.remove":
        return false;
      case "row.add":
      case "row.set":
      case "row.remove":
        return this.#rowLives(operation, dot, said);
      // What was counted counts for ever, and what abandons a log is what its end rests on.
      default:
        return true;
    }
  }

  #rowLives(
    operation: Extract<Outline, { kind: "row.add" | "row.set" | "row.remove" }>,
    dot: Dot,
    said: Said,
  ): boolean {
    const table = this.#binding?.tables[operation.table];
    if (table === undefined || typeof table === "string") return true;
    if (operation.kind === "row.remove") return table.kind === "grow-only";
    const cell = this.#medium.cells.row(table.object, operation.uid);
    if (operation.kind === "row.add") return this.#addLives(table, cell, dot, said);
    if (table.kind === "grow-only") return true;
    return isEntry(cell, table.groups[operation.group]!.part, dot);
  }

  #addLives(table: TableBinding, cell: RowCell | undefined, dot: Dot, said: Said): boolean {
    if (cell === undefined || !hasDot(cell.adds, dot)) return false;
    for (const [part, group] of table.object.groups.entries())
      if (cell.groups[part] !== undefined && !isEntry(cell, part, dot)) said.overwritten(dot.seq, group);
    return true;
  }

  #hasAllItNames(operation: Outline): boolean {
    const named = [
      ...("seen" in operation ? operation.seen : []),
      ...("adds" in operation ? operation.adds : []),
    ];
    return named.every((dot) => isCovered(this.#medium, dot));
  }
}

function isEntry(cell: RowCell | undefined, part: number, dot: Dot): boolean {
  return cell?.groups[part]?.some((entry) => hasDot([entry.dot], dot)) ?? false;
}
