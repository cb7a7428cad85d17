import {
  ByteReader,
  ByteWriter,
  type Dot,
  type Entry,
  type RegisterCell,
  type RowCell,
  type RowEntry,
  type SetCell,
  type Stamp,
  sameDot,
} from "@jarvis-crdt/crdt";
import type { SqlLogs } from "./logs.ts";

/** A cell as a row of `crdt_cells`. */
export type StoredCell = readonly [log: number, seq: number, stamp: number, more: Uint8Array | null];

/**
 * Cells as rows. `more` is NULL in the common case: one live dot with its stamp, for a row the only add, which is the
 * one entry of every group. Otherwise it holds the whole cell.
 */
export class CellCodec {
  readonly #logs: SqlLogs;

  constructor(logs: SqlLogs) {
    this.#logs = logs;
  }

  /** `stamp` is that of the first add, which the cell itself may not tell any more. */
  storeRow(cell: RowCell, stamp: Stamp): StoredCell {
    const [first] = cell.adds;
    return [
      this.#logs.num(first.log),
      first.seq,
      stampNumber(stamp),
      isPlainRow(cell, stamp) ? null : this.packRow(cell),
    ];
  }

  row([log, seq, stamp, more]: StoredCell, groups: number): RowCell {
    if (more !== null) return this.unpackRow(more)!;
    const dot: Dot = { log: this.#logs.id(log), seq };
    const entries = [{ dot, stamp: stampOf(stamp), adds: [dot] }];
    return { adds: [dot], groups: Array.from({ length: groups }, () => entries) };
  }

  /** A whole row cell, or that there is none, in bytes. */
  packRow(cell: RowCell | undefined): Uint8Array {
    const writer = new ByteWriter();
    if (cell === undefined) return writer.slice();
    this.#writeDots(writer, cell.adds);
    writer.varint(cell.groups.length);
    for (const entries of cell.groups) {
      writer.varint(entries.length);
      for (const { dot, stamp, adds } of entries) {
        this.#writeDot(writer, dot);
        writer.varint(stampNumber(stamp));
        this.#writeDots(writer, adds);
      }
    }
    return writer.slice();
  }

  unpackRow(bytes: Uint8Array): RowCell | undefined {
    if (bytes.length === 0) return undefined;
    const reader = new ByteReader(bytes);
    const adds = this.#readDots(reader);
    const groups: RowEntry[][] = [];
    for (let rest = reader.varint(); rest > 0; rest--) {
      const entries: RowEntry[] = [];
      for (let more = reader.varint(); more > 0; more--) {
        entries.push({
          dot: this.#readDot(reader),
          stamp: stampOf(reader.varint()),
          adds: this.#readDots(reader),
        });
      }
      groups.push(entries);
    }
    return { adds: adds as unknown as RowCell["adds"], groups };
  }

  storeRegister(cell: RegisterCell): StoredCell {
    const [first] = cell;
    const log = this.#logs.num(first.dot.log);
    if (cell.length === 1) return [log, first.dot.seq, stampNumber(first.stamp), null];
    const writer = new ByteWriter();
    writer.varint(cell.length);
    for (const { dot, stamp } of cell) {
      this.#writeDot(writer, dot);
      writer.varint(stampNumber(stamp));
    }
    return [log, first.dot.seq, 0, writer.slice()];
  }

  register([log, seq, stamp, more]: StoredCell): RegisterCell {
    if (more === null) return [{ dot: { log: this.#logs.id(log), seq }, stamp: stampOf(stamp) }];
    const reader = new ByteReader(more);
    const entries: Entry[] = [];
    for (let rest = reader.varint(); rest > 0; rest--) {
      entries.push({ dot: this.#readDot(reader), stamp: stampOf(reader.varint()) });
    }
    return entries as unknown as RegisterCell;
  }

  storeElement(cell: SetCell): StoredCell {
    const [first] = cell;
    const log = this.#logs.num(first.log);
    if (cell.length === 1) return [log, first.seq, 0, null];
    const writer = new ByteWriter();
    this.#writeDots(writer, cell);
    return [log, first.seq, 0, writer.slice()];
  }

  element([log, seq, , more]: StoredCell): SetCell {
    if (more === null) return [{ log: this.#logs.id(log), seq }];
    return this.#readDots(new ByteReader(more)) as unknown as SetCell;
  }

  #writeDots(writer: ByteWriter, dots: readonly Dot[]): void {
    writer.varint(dots.length);
    for (const dot of dots) this.#writeDot(writer, dot);
  }

  #writeDot(writer: ByteWriter, dot: Dot): void {
    writer.varint(this.#logs.num(dot.log));
    writer.varint(dot.seq);
  }

  #readDots(reader: ByteReader): readonly Dot[] {
    const dots: Dot[] = [];
    for (let rest = reader.varint(); rest > 0; rest--) dots.push(this.#readDot(reader));
    return dots;
  }

  #readDot(reader: ByteReader): Dot {
    return { log: this.#logs.id(reader.varint()), seq: reader.varint() };
  }
}

export function stampNumber(stamp: Stamp): number {
  return stamp === "base" ? 0 : stamp;
}

export function stampOf(number: number): Stamp {
  return number === 0 ? "base" : number;
}

function isPlainRow({ adds, groups }: RowCell, stamp: Stamp): boolean {
  if (adds.length !== 1 || groups.length === 0) return false;
  for (const entries of groups) {
    const entry = entries[0];
    if (entries.length !== 1 || !sameDot(entry!.dot, adds[0]) || entry!.stamp !== stamp) return false;
  }
  return true;
}
