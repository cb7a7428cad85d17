import {
  addRow,
  addToCounter,
  addToSet,
  type CounterCell,
  type Dot,
  type EncodedRowAdd,
  encodeElement,
  type IsDead,
  type LogId,
  type Operation,
  type Outline,
  type RowChange,
  removeFromRegister,
  removeFromSet,
  removeRow,
  setRow,
  type Uid,
  writeRegister,
} from "@jarvis-crdt/crdt";
import { againPart } from "./again-part.ts";
import { equalBytes } from "./bytes.ts";
import type { DeferredKill, NewRow } from "./cells.ts";
import type { Medium } from "./medium.ts";
import type { ObjectRef } from "./object.ts";
import type { OpenBatch } from "./open-batch.ts";
import { writtenCell } from "./register-cell.ts";
import type { SchemaBinding, TableBinding } from "./schema-map.ts";
import type { TransactionRange } from "./waiting.ts";

const alive: IsDead = () => false;
/**
 * Lets operations act on the cells: the one place where the meaning of an operation meets its storage. Operations of
 * one transaction come in order of their sequences. Runs of `row.add` are given to the cells together, because they
 * are most of all operations, and rows that have no cell need no reading.
 */
export class Interpreter {
  readonly #medium: Medium;
  readonly #log: LogId;
  readonly #range: TransactionRange;
  #hasDeferred: boolean;
  #run: NewRow[] = [];
  #runTable: ObjectRef | undefined;

  constructor(medium: Medium, range: TransactionRange) {
    this.#medium = medium;
    this.#log = range.log;
    this.#range = range;
    this.#hasDeferred = medium.cells.hasDeferred(range.log);
  }

  /** All operations of a batch that was examined. */
  batch(batch: OpenBatch, binding: SchemaBinding | undefined): void {
    const { first, count } = batch.header;
    for (let i = 0; i < count; i++) this.operation(first + i, batch.outline(i), binding);
    this.flush();
  }

  operation(
    seq: number,
    operation: Operation | EncodedRowAdd | Outline,
    binding: SchemaBinding | undefined,
  ): void {
    if (operation.kind === "row.add") {
      const { object } = tableOf(binding, operation.table);
      if (this.#hasDeferred) {
        this.flush();
        this.#addRow(object, operation.uid, { log: this.#log, seq }, operation.stamp, this.#take(seq));
      } else {
        if (this.#runTable !== object) this.flush();
        this.#runTable = object;
        this.#run.push({ uid: operation.uid, seq, stamp: operation.stamp });
      }
      return;
    }
    this.flush();
    if (operation.kind === "piece") this.piece(seq);
    else this.#other({ log: this.#log, seq }, operation, binding);
  }

  /** A piece of a value. Whoever names it kills nothing. */
  piece(seq: number): void {
    this.flush();
    if (this.#hasDeferred) this.#take(seq);
  }

  /** Lets the run of `row.add` that was collected act. */
  flush(): void {
    const table = this.#runTable;
    if (table === undefined) return;
    const run = this.#run;
    this.#run = [];
    this.#runTable = undefined;
    for (const { uid, seq, stamp } of this.#medium.cells.addRows(table, this.#log, run)) {
      this.#addRow(table, uid, { log: this.#log, seq }, stamp, []);
    }
  }

  #other(
    dot: Dot,
    operation: Exclude<Operation | Outline, { kind: "row.add" | "piece" }>,
    binding: SchemaBinding | undefined,
  ): void {
    const { cells } = this.#medium;
    const kills = this.#hasDeferred ? this.#take(dot.seq) : [];
    switch (operation.kind) {
      case "counter.add": {
        const object = cells.object("counter", operation.object);
        cells.putCounter(
          object,
          dot.log,
          addToCounter(cells.counter(object, dot.log), dot.seq, operation.by),
        );
        return;
      }
      case "counter.again": {
        const object = cells.object("counter", operation.object);
        const part = againPart(dot.log, operation.origin);
        cells.putCounter(object, part, countAgain(cells.counter(object, part), operation.by));
        return;
      }
      case "log.abandon":
        // The engine has done what it says, before the transaction acts.
        return;
      case "register.set":
      case "keyed.set": {
        const { type, key } = writtenCell(operation);
        const object = cells.object(type, operation.object);
        this.#defer(dot, operation.seen, object, key, null);
        const entry = { dot, stamp: operation.stamp };
        const dead = isDead(kills, object, key);
        const { cell } = writeRegister(cells.register(object, key), entry, operation.seen, dead);
        cells.putRegister(object, key, cell);
        return;
      }
      case "keyed.remove": {
        const object = cells.object("keyed", operation.object);
        const key = encodeElement(operation.key);
        this.#defer(dot, operation.seen, object, key, null);
        cells.putRegister(object, key, removeFromRegister(cells.register(object, key), operation.seen));
        return;
      }
      case "set.add": {
        const object = cells.object("set", operation.object);
        const key = encodeElement(operation.element);
        this.#defer(dot, operation.seen, object, key, null);
        const dead = isDead(kills, object, key);
        cells.putElement(object, key, addToSet(cells.element(object, key), dot, operation.seen, dead));
        return;
      }
      case "set.remove": {
        const object = cells.object("set", operation.object);
        const key = encodeElement(operation.element);
        this.#defer(dot, operation.seen, object, key, null);
        cells.putElement(object, key, removeFromSet(cells.element(object, key), operation.seen));
        return;
      }
      case "row.set": {
        const table = tableOf(binding, operation.table);
        // Rows of such a table never change: an author who says otherwise is not heard, by anybody.
        if (table.kind === "grow-only") return;
        const { object } = table;
        const group = table.groups[operation.group]!.part;
        this.#defer(dot, operation.seen, object, operation.uid, group);
        const before = cells.row(object, operation.uid);
        const entry = { dot, stamp: operation.stamp, adds: operation.adds };
        const dead = isDead(kills, object, operation.uid);
        this.#changed(object, operation.uid, before, setRow(before, entry, group, operation.seen, dead));
        return;
      }
      case "row.remove": {
        const table = tableOf(binding, operation.table);
        if (table.kind === "grow-only") return;
        const { object } = table;
        this.#defer(dot, operation.adds, object, operation.uid, null);
        const before = cells.row(object, operation.uid);
        this.#changed(object, operation.uid, before, removeRow(before, operation.adds));
        return;
      }
    }
  }

  #addRow(
    table: ObjectRef,
    uid: Uid,
    dot: Dot,
    stamp: Operation["stamp"],
    kills: readonly DeferredKill[],
  ): void {
    const before = this.#medium.cells.row(table, uid);
    const change = addRow(before, { dot, stamp }, table.groups.length, isDead(kills, table, uid));
    this.#changed(table, uid, before, change);
  }

  #changed(table: ObjectRef, uid: Uid, before: RowChange["cell"], change: RowChange): void {
    const { cells } = this.#medium;
    if (change.cell !== before) cells.putRow(table, uid, change.cell, before);
    for (const { group, entry } of change.lost) this.#medium.lostWrite(table, uid, group, entry);
  }

  /** Remembers the named dots that are still to come. */
  #defer(by: Dot, dots: readonly Dot[], object: ObjectRef, key: Uint8Array, group: number | null): void {
    for (const dot of dots) {
      if (isCoveredAt(this.#medium, dot, this.#range, by.seq + 1)) continue;
      this.#medium.cells.defer(dot, { object, key, group });
      if (dot.log === this.#log) this.#hasDeferred = true;
    }
  }

  #take(seq: number): readonly DeferredKill[] {
    return this.#medium.cells.takeDeferred({ log: this.#log, seq });
  }
}

/** An increment minted anew counts once. Where an author says two things of one, the greater counts everywhere. */
export function countAgain(cell: CounterCell | undefined, by: number): CounterCell {
  return cell !== undefined && cell.sum >= by ? cell : { seq: 1, sum: by };
}

/**
 * Whether nothing more is to come of the operation: its transaction is stored whole and does not wait, or it does not
 * count.
 */
export function isCovered(medium: Medium, dot: Dot): boolean {
  const end = medium.voidFrom(dot.log);
  if (end !== undefined && dot.seq >= end) return true;
  const log = medium.log(dot.log);
  return log !== undefined && dot.seq <= log.whole && !medium.isWaiting(dot.log, dot.seq);
}

/** The same while a transaction is interpreted, of which the operations before `seq` have acted. */
export function isCoveredAt(medium: Medium, dot: Dot, range: TransactionRange, seq: number): boolean {
  if (dot.log === range.log && range.first <= dot.seq && dot.seq <= range.last) return dot.seq < seq;
  return isCovered(medium, dot);
}

function tableOf(binding: SchemaBinding | undefined, index: number): TableBinding {
  const table = binding?.tables[index];
  if (table === undefined || typeof table === "string") {
    throw new Error("an operation was interpreted whose table is not bound");
  }
  return table;
}

function isDead(kills: readonly DeferredKill[], object: ObjectRef, key: Uint8Array): IsDead {
  const own = kills.filter((kill) => kill.object === object && equalBytes(kill.key, key));
  if (own.length === 0) return alive;
  return (_, group) => own.some((kill) => kill.group === group);
}
