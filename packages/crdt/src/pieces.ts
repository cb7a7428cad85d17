import { decodeText, encodeText, utf8Length } from "./codec/text.ts";
import { maxPieceBytes, maxRowBytes, minPiecedBytes } from "./limits.ts";
import { RawText, type Value } from "./value.ts";

/**
 * Stands in an operation for a value that is too long for it. The value's bytes are in the operations before it, its
 * *pieces*: all of `maxPieceBytes` but the last, those of several values one after the other.
 */
export class Pieced {
  readonly form: "text" | "bytes";
  /** Bytes of the value; those of a text need not be well-formed UTF-8. */
  readonly length: number;
  constructor(form: "text" | "bytes", length: number) {
    this.form = form;
    this.length = length;
  }
}

/** What an operation says of a column: its value, or that it stands before it in pieces. */
export type Column = Value | Pieced;

/** Bytes of values in one operation above which even short ones are cut. */
const crowdedBytes = 2 * 1024 * 1024;

/** How many pieces a value of so many bytes has. */
export function pieceCount(length: number): number {
  return Math.ceil(length / maxPieceBytes);
}

/** Bytes of the pieces that stand before an operation with these values in pieces, in order. O(pieces). */
export function pieceLengths(pieced: readonly number[]): readonly number[] {
  return pieced.flatMap((length) =>
    Array.from({ length: pieceCount(length) }, (_, i) => Math.min(maxPieceBytes, length - i * maxPieceBytes)),
  );
}

/** The value whose bytes these are: a text that is not well-formed becomes a `RawText`. O(bytes). */
export function joinPieces(form: Pieced["form"], bytes: Uint8Array): Value {
  return form === "bytes" ? bytes : (decodeText(bytes) ?? new RawText(bytes));
}

/** A row's values as one operation carries them, and the pieces that go before it. */
export interface CutValues {
  readonly values: readonly Column[];
  readonly pieces: readonly Uint8Array[];
}

/**
 * Cuts the values that are too long to stand in an operation; undefined where none is. Pieces may be views of the given
 * bytes. Nothing is cut of a row above `maxRowBytes`, which no operation can carry. O(values), and O(bytes) where it cuts.
 */
export function cutValues(values: readonly Value[]): CutValues | undefined {
  let bytes = 0;
  let longest = 0;
  for (const value of values) {
    const most = mostBytes(value);
    bytes += most;
    if (most > longest) longest = most;
  }
  if (longest <= maxPieceBytes && bytes <= crowdedBytes) return undefined;
  const sizes = values.map(bytesOf);
  const short = sizes.reduce((sum, size) => (size > maxPieceBytes ? sum : sum + size), 0);
  const limit = short > crowdedBytes ? minPiecedBytes : maxPieceBytes;
  const long = sizes.reduce((sum, size) => (size > limit ? sum + size : sum), 0);
  if (long > maxRowBytes) return undefined;
  const pieces: Uint8Array[] = [];
  const columns = values.map((value, i): Column => {
    if (sizes[i]! <= limit) return value;
    const [form, content] = contentOf(value);
    for (let at = 0; at < content.length; at += maxPieceBytes)
      pieces.push(content.subarray(at, at + maxPieceBytes));
    return new Pieced(form, content.length);
  });
  return pieces.length === 0 ? undefined : { values: columns, pieces };
}

/** At least as many bytes as the value takes. O(1). */
function mostBytes(value: Value): number {
  return typeof value === "string" ? value.length * 3 : bytesOf(value);
}

/** Bytes of texts and blobs; of others about as many. */
function bytesOf(value: Value): number {
  if (typeof value === "string") return utf8Bytes(value);
  if (value instanceof Uint8Array) return value.length;
  return value instanceof RawText ? value.bytes.length : 10;
}

function utf8Bytes(text: string): number {
  return text.length * 3 <= minPiecedBytes ? text.length * 3 : utf8Length(text);
}

function contentOf(value: Value): readonly [form: Pieced["form"], bytes: Uint8Array] {
  if (typeof value === "string") return ["text", encodeText(value)];
  if (value instanceof RawText) return ["text", value.bytes];
  return ["bytes", value as Uint8Array];
}
