import {
  addRow,
  addToCounter,
  addToSet,
  type CounterCell,
  type Dot,
  decodeLogId,
  hasDot,
  type IsDead,
  type RegisterCell,
  type RowCell,
  type SetCell,
  sameDot,
  setRow,
  writeRegister,
} from "@jarvis-crdt/crdt";
import { type CellOutline, cellOf, hasCell } from "../digest/touched-cells.ts";
import { keyOf } from "./bytes.ts";
import { countAgain, isCovered } from "./interpreter.ts";
import type { Medium } from "./medium.ts";
import type { ObjectRef } from "./object.ts";
import type { OpenBatch } from "./open-batch.ts";
import type { Bind, SchemaBinding, TableBinding } from "./schema-map.ts";

const alive: IsDead = () => false;

interface Said {
  readonly dot: Dot;
  readonly operation: CellOutline;
  /** The operation's table, where it has one. */
  readonly table: TableBinding | undefined;
}

interface Touched {
  readonly object: ObjectRef;
  readonly key: Uint8Array;
  readonly said: Said[];
}

/** Collects cells, and computes them again from all operations that were interpreted and count. */
export class Recomputation {
  readonly #medium: Medium;
  readonly #bind: Bind;
  readonly #touched = new Map<string, Touched>();
  /** Whether a batch is hollow, so that nobody knows all that was said. */
  #lacksOperations = false;
  /** What operations removed that count no more, by cell. */
  readonly #spared = new Set<string>();

  constructor(medium: Medium, bind: Bind) {
    this.#medium = medium;
    this.#bind = bind;
  }

  /** The cells of which an interpreted batch says something. */
  touch(batch: OpenBatch): void {
    const binding = this.#bind(batch.header.schema);
    for (let i = 0; i < batch.header.count; i++) {
      const operation = batch.outline(i);
      if (!hasCell(operation)) continue;
      const [object, key] = cellOf(operation, batch, binding, this.#medium.cells);
      const name = nameOf(object, key);
      if (!this.#touched.has(name)) this.#touched.set(name, { object, key, said: [] });
      const [dots, group] = namedBy(operation, boundTable(binding, operation));
      for (const dot of dots) this.#spared.add(`${name} ${killOf(dot, group)}`);
    }
  }

  /** Computes the touched cells. O(all operations), because no cell knows what was ever said of it. */
  run(): void {
    if (this.#touched.size === 0) return;
    for (const { id, whole } of this.#medium.logs()) {
      for (let seq = 1; seq <= whole; ) {
        const batch = this.#medium.open(id, seq);
        if (batch === undefined) throw new Error(`operation ${seq} of ${id} is not stored`);
        if (batch.isHollow) this.#lacksOperations = true;
        const isTold = batch.isHollow || this.#medium.isTold(id, batch.header.first);
        if (!isTold && !this.#medium.isWaiting(id, seq)) this.#read(batch);
        seq = batch.last + 1;
      }
    }
    for (const touched of this.#touched.values()) this.#compute(touched);
    const { doubt } = this.#medium;
    if (this.#lacksOperations) this.#medium.doubt = { ...doubt, causes: doubt.causes + 1 };
  }

  #read(batch: OpenBatch): void {
    const { log, first, count, schema } = batch.header;
    const binding = this.#bind(schema);
    for (let i = 0; i < count; i++) {
      const operation = batch.outline(i);
      if (!hasCell(operation)) continue;
      const [object, key] = cellOf(operation, batch, binding, this.#medium.cells);
      const table = boundTable(binding, operation);
      this.#touched.get(nameOf(object, key))?.said.push({ dot: { log, seq: first + i }, operation, table });
    }
  }

  #compute({ object, key, said }: Touched): void {
    const { cells } = this.#medium;
    cells.forgetDeferred(object, key);
    const kills = this.#kills(object, key, said);
    const wasDead = this.#lacksOperations ? this.#deadBefore(object, key) : alive;
    const isDead: IsDead = (dot, group) => kills.has(killOf(dot, group)) || wasDead(dot, group);
    switch (object.type) {
      case "counter":
        cells.putCounter(object, decodeLogId(key), counterOf(said));
        return;
      case "register":
      case "keyed":
        cells.putRegister(object, key, registerOf(said, isDead));
        return;
      case "set":
        cells.putElement(object, key, elementOf(said, isDead));
        return;
      case "table":
        this.#row(object, key, said, isDead);
    }
  }

  /**
   * What removed something may have been thrown away: what was dead stays dead, unless what removed it is known and counts no
   * more. Where that brings back something after all, others know better.
   */
  #deadBefore(object: ObjectRef, key: Uint8Array): IsDead {
    const name = nameOf(object, key);
    const isSpared = (dot: Dot, group: number | null) =>
      this.#spared.has(`${name} ${killOf(dot, group)}`) || this.#spared.has(`${name} ${killOf(dot, null)}`);
    const lived = livingIn(this.#medium, object, key);
    return (dot, group) => !lived(dot, group) && !isSpared(dot, group);
  }

  /** Everything that is named as superseded. What has not come yet is deferred again. */
  #kills(object: ObjectRef, key: Uint8Array, said: readonly Said[]): ReadonlySet<string> {
    const kills = new Set<string>();
    for (const { operation, table } of said) {
      const [dots, group] = namedBy(operation, table);
      for (const dot of dots) {
        kills.add(killOf(dot, group));
        if (!isCovered(this.#medium, dot)) this.#medium.cells.defer(dot, { object, key, group });
      }
    }
    return kills;
  }

  /** All adds first: what is written on one of them then finds it. */
  #row(table: ObjectRef, uid: Uint8Array, said: readonly Said[], isDead: IsDead): void {
    const { cells } = this.#medium;
    const before = cells.row(table, uid);
    let cell: RowCell | undefined;
    for (const { dot, operation } of said) {
      if (operation.kind !== "row.add") continue;
      cell = addRow(cell, { dot, stamp: operation.stamp }, table.groups.length, isDead).cell;
    }
    for (const { dot, operation, table: bound } of said) {
      if (operation.kind !== "row.set" || bound === undefined || bound.kind === "grow-only") continue;
      const group = bound.groups[operation.group]!.part;
      const entry = { dot, stamp: operation.stamp, adds: operation.adds };
      const change = setRow(cell, entry, group, operation.seen, isDead);
      cell = change.cell;
      const wasThere = before?.groups[group]?.some((one) => hasDot([one.dot], dot)) ?? false;
      if (change.lost.length > 0 && wasThere) this.#medium.lostWrite(table, uid, group, entry);
    }
    if (cell !== undefined || before !== undefined) cells.putRow(table, uid, cell, before);
  }
}

/** Which dots live in a cell; of a row that is gone nothing is known of what was written on it. */
function livingIn(medium: Medium, object: ObjectRef, key: Uint8Array): IsDead {
  const { cells } = medium;
  switch (object.type) {
    case "counter":
      return () => true;
    case "register":
    case "keyed": {
      const cell = cells.register(object, key);
      return (dot) => cell?.some((entry) => sameDot(entry.dot, dot)) ?? false;
    }
    case "set": {
      const cell = cells.element(object, key);
      return (dot) => cell !== undefined && hasDot(cell, dot);
    }
    case "table": {
      const cell = cells.row(object, key);
      return (dot, group) => {
        if (group === null) return cell !== undefined && hasDot(cell.adds, dot);
        return cell?.groups[group]?.some((entry) => sameDot(entry.dot, dot)) ?? cell === undefined;
      };
    }
  }
}

function boundTable(binding: SchemaBinding | undefined, operation: CellOutline): TableBinding | undefined {
  const bound = "table" in operation ? binding?.tables[operation.table] : undefined;
  return typeof bound === "object" ? bound : undefined;
}

/** The dots that an operation names as superseded, and in which group. */
function namedBy(
  operation: CellOutline,
  table: TableBinding | undefined,
): readonly [readonly Dot[], number | null] {
  switch (operation.kind) {
    case "counter.add":
    case "counter.again":
    case "row.add":
      return [[], null];
    case "row.set":
      if (table === undefined || table.kind === "grow-only") return [[], null];
      return [operation.seen, table.groups[operation.group]!.part];
    case "row.remove":
      return table?.kind === "grow-only" ? [[], null] : [operation.adds, null];
    default:
      return [operation.seen, null];
  }
}

function counterOf(said: readonly Said[]): CounterCell | undefined {
  let cell: CounterCell | undefined;
  for (const { dot, operation } of said) {
    if (operation.kind === "counter.add") cell = addToCounter(cell, dot.seq, operation.by);
    if (operation.kind === "counter.again") cell = countAgain(cell, operation.by);
  }
  return cell;
}

function registerOf(said: readonly Said[], isDead: IsDead): RegisterCell | undefined {
  let cell: RegisterCell | undefined;
  for (const { dot, operation } of said) {
    if (operation.kind !== "register.set" && operation.kind !== "keyed.set") continue;
    cell = writeRegister(cell, { dot, stamp: operation.stamp }, [], isDead).cell;
  }
  return cell;
}

function elementOf(said: readonly Said[], isDead: IsDead): SetCell | undefined {
  let cell: SetCell | undefined;
  for (const { dot, operation } of said) {
    if (operation.kind === "set.add") cell = addToSet(cell, dot, [], isDead);
  }
  return cell;
}

function killOf({ log, seq }: Dot, group: number | null): string {
  return `${log}/${seq}/${group}`;
}

function nameOf(object: ObjectRef, key: Uint8Array): string {
  return `${object.id}/${keyOf(key)}`;
}
