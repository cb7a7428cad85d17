/**
 * A value as an operation carries it. The JavaScript types map onto the value kinds of SQLite without loss:
 *
 * | JavaScript | meaning |
 * |---|---|
 * | `null` | NULL |
 * | safe integer `number` (not −0), `bigint` up to ±2^63 | INTEGER; 1 and 1n are the same value |
 * | any other `number`, `Real` | REAL; `new Real(5)` is 5.0, which differs from 5; every NaN is one NaN; −0 is kept |
 * | `string` | well-formed Unicode TEXT; a lone surrogate is refused |
 * | `RawText` | TEXT whose bytes are not well-formed UTF-8 |
 * | `Uint8Array` | BLOB |
 * | `boolean`, arrays, plain objects | JSON values, for registers and set elements; object keys in canonical order |
 */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Real
  | RawText
  | Uint8Array
  | readonly Value[]
  | { readonly [key: string]: Value };

/** A REAL whose value happens to be an integer. */
export class Real {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** TEXT that is not well-formed UTF-8. */
export class RawText {
  readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}
