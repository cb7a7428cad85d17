import { canonicalKey } from "./natural-key.ts";
import { fromInteger } from "./sql-value.ts";

/**
 * How a row is found in this file: an integer of up to 64 bits, as number where that is exact; or, in a table whose
 * key replicates, the text of that key (`NaturalKey`).
 */
export type LocalKey = number | bigint | string;

/** What to bind for a key in `crdt_rows` and `crdt_outbox`. */
export function bindKey(key: LocalKey): bigint | string {
  return typeof key === "string" ? key : BigInt(key);
}

/** A key as SQL gives it, in safe-integer mode. */
export function readKey(key: bigint | string): LocalKey {
  return typeof key === "string" ? canonicalKey(key) : fromInteger(key);
}
