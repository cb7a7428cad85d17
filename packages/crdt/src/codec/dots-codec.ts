import { compareDots, type Dot } from "../dot.ts";
import { CrdtError } from "../error.ts";
import { maxOperationDots } from "../limits.ts";
import type { LogId } from "../log.ts";
import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";

/** Dots in canonical order, those of `own` log without its id. */
export function writeDots(writer: ByteWriter, dots: readonly Dot[], own: LogId): void {
  if (dots.length > maxOperationDots) throw tooManyDots();
  writer.varint(dots.length);
  let last: Dot | undefined;
  for (const dot of dots) {
    if (last !== undefined && compareDots(last, dot) >= 0) {
      throw new CrdtError("invalid-dot", "dots must be in canonical order and distinct");
    }
    if (dot.log === own) writer.u8(0);
    else {
      writer.u8(1);
      writer.logId(dot.log);
    }
    if (!Number.isSafeInteger(dot.seq) || dot.seq < 1) {
      throw new CrdtError("invalid-dot", "a dot's sequence is a safe integer from 1");
    }
    writer.varint(dot.seq);
    last = dot;
  }
}

/**
 * Reads dots in canonical order, at most `maxOperationDots`; `own` is the log that is written as 0. Throws
 * `CrdtError`. O(dots).
 */
export function readDots(reader: ByteReader, own: LogId): readonly Dot[] {
  const count = reader.count(maxOperationDots, 2);
  const dots: Dot[] = [];
  let last: Dot | undefined;
  for (let i = 0; i < count; i++) {
    const log = readLog(reader, own, last?.log);
    const seq = reader.varint();
    if (seq === 0) throw new CrdtError("invalid-dot", "a dot's sequence starts at 1");
    const dot: Dot = { log, seq };
    if (last !== undefined && compareDots(last, dot) >= 0) {
      throw new CrdtError("not-canonical", "dots out of order");
    }
    dots.push(dot);
    last = dot;
  }
  return dots;
}

function readLog(reader: ByteReader, own: LogId, last: LogId | undefined): LogId {
  const form = reader.u8();
  if (form === 0) return own;
  if (form !== 1) throw new CrdtError("invalid-dot", `unknown form ${form} of a dot`);
  const log = reader.logId();
  if (log === own) throw new CrdtError("not-canonical", "the own log is written as 0");
  // Runs of one log share one string.
  return log === last ? last : log;
}

function tooManyDots(): CrdtError {
  return new CrdtError("too-large", `an operation names at most ${maxOperationDots} dots`);
}

export function checkNamesSome(dots: readonly Dot[]): void {
  if (dots.length === 0)
    throw new CrdtError("invalid-operation", "an operation that names no dots has no effect");
}

export function checkDots(adds: readonly Dot[], seen: readonly Dot[]): void {
  if (adds.length + seen.length > maxOperationDots) throw tooManyDots();
}
