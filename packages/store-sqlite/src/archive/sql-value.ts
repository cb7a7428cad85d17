import { RawText, Real, type Value } from "@jarvis-crdt/crdt";

/** What better-sqlite3 returns in raw mode with safe integers: an INTEGER is always a bigint, a REAL a number. */
export type SqlValue = null | bigint | number | string | Uint8Array;

/** The replacement character: the only trace that bytes of a TEXT were not well-formed UTF-8. */
const replacement = "\ufffd";

/**
 * A value read in safe-integer mode. `bytes` gives the bytes of a TEXT whose string may have been repaired, which
 * happens exactly where the string holds the replacement character.
 */
export function fromSql(value: SqlValue, bytes: () => Uint8Array): Value {
  if (typeof value === "string") return value.includes(replacement) ? exactText(value, bytes()) : value;
  if (typeof value === "bigint") return fromInteger(value);
  if (typeof value === "number") return fromReal(value);
  return value;
}

/** The integer as number where that is exact. */
export function fromInteger(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function fromReal(value: number): Value {
  return Number.isSafeInteger(value) && !Object.is(value, -0) ? new Real(value) : value;
}

function exactText(text: string, bytes: Uint8Array): Value {
  const again = new TextEncoder().encode(text);
  return again.length === bytes.length && again.every((byte, i) => byte === bytes[i])
    ? text
    : new RawText(new Uint8Array(bytes));
}

/**
 * What to bind for a value. Integers are bound as bigint, because a number is bound as REAL and would become '5.0' in
 * a TEXT column. A `RawText` binds its bytes and needs `CAST(? AS TEXT)`. JSON values, which only a foreign peer puts
 * into a column, become what SQLite's own JSON functions would store.
 */
export function toSql(value: Value): SqlValue {
  switch (typeof value) {
    case "string":
    case "bigint":
      return value;
    case "number":
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? BigInt(value) : value;
    case "boolean":
      return value ? 1n : 0n;
    default:
      if (value === null || value instanceof Uint8Array) return value;
      if (value instanceof Real) return value.value;
      if (value instanceof RawText) return value.bytes;
      return JSON.stringify(value, jsonable);
  }
}

function jsonable(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Real) return value.value;
  if (value instanceof RawText || value instanceof Uint8Array)
    return Buffer.from(toBytes(value)).toString("base64");
  return value;
}

function toBytes(value: RawText | Uint8Array): Uint8Array {
  return value instanceof RawText ? value.bytes : value;
}
