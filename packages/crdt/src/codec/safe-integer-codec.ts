import { CrdtError } from "../error.ts";
import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";

/** An integer that a number holds exactly; what is counted and what rows are numbered by. */
export function writeSafeInteger(writer: ByteWriter, value: number): void {
  if (!Number.isSafeInteger(value)) throw notSafe();
  writer.int(value);
}

export function readSafeInteger(reader: ByteReader): number {
  const value = reader.int();
  if (typeof value === "bigint") throw notSafe();
  return value;
}

function notSafe(): CrdtError {
  return new CrdtError("invalid-operation", "not a safe integer");
}
