import { CrdtError } from "../error.ts";
import { decodeLogId, type LogId, logIdBytes } from "../log.ts";
import { decodeUtf8, isWellFormedUtf8, malformedText } from "./text.ts";

const two32 = 4294967296;
/** Up to this length a loop over the bytes is faster than a native call. */
const shortText = 16;

/** Reads canonical bytes and refuses every other form of the same meaning. Never reads beyond its end. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #end: number;
  #at: number;

  constructor(bytes: Uint8Array, from = 0, to: number = bytes.length) {
    if (from < 0 || to > bytes.length || from > to) throw new RangeError("not a part of these bytes");
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#at = from;
    this.#end = to;
  }

  /** Where the next read starts. */
  get position(): number {
    return this.#at;
  }

  get remaining(): number {
    return this.#end - this.#at;
  }

  u8(): number {
    if (this.#at >= this.#end) throw truncated();
    return this.#bytes[this.#at++]!;
  }

  /** The next byte, which stays to be read; undefined at the end. */
  peek(): number | undefined {
    return this.#at < this.#end ? this.#bytes[this.#at] : undefined;
  }

  u32(): number {
    const at = this.#take(4);
    return this.#view.getUint32(at);
  }

  /** Eight bytes as a safe integer; beyond 2^53 is `too-large`. */
  u64(): number {
    const at = this.#take(8);
    const value = this.#view.getUint32(at) * two32 + this.#view.getUint32(at + 4);
    if (value > Number.MAX_SAFE_INTEGER) throw new CrdtError("too-large", "an integer beyond 2^53");
    return value;
  }

  /** Eight bytes as a number; of the many NaN only the canonical one. */
  f64(): number {
    const at = this.#take(8);
    const value = this.#view.getFloat64(at);
    if (
      Number.isNaN(value) &&
      (this.#view.getUint32(at) !== 0x7ff80000 || this.#view.getUint32(at + 4) !== 0)
    ) {
      throw new CrdtError("not-canonical", "a NaN with other bits than the canonical one");
    }
    return value;
  }

  /** Minimal LEB128 up to 2^53 − 1. */
  varint(): number {
    const first = this.u8();
    if (first < 0x80) return first;
    let value = first & 0x7f;
    let scale = 0x80;
    for (let i = 1; i < 8; i++) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (byte === 0) throw new CrdtError("not-canonical", "an integer with superfluous bytes");
        if (value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
      scale *= 0x80;
    }
    throw new CrdtError("too-large", "an integer beyond 2^53");
  }

  /** A signed integer of up to 64 bits; a bigint only beyond 2^53. */
  int(): number | bigint {
    const from = this.#at;
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 7; i++) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (byte === 0 && i > 0) throw new CrdtError("not-canonical", "an integer with superfluous bytes");
        return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
      }
      scale *= 0x80;
    }
    this.#at = from;
    return this.#wideInt();
  }

  #wideInt(): number | bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.u8();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte >= 0x80) continue;
      if (byte === 0) throw new CrdtError("not-canonical", "an integer with superfluous bytes");
      if (value >= 1n << 64n) break;
      const signed = (value & 1n) === 0n ? value >> 1n : -((value + 1n) >> 1n);
      const narrow = Number(signed);
      return Number.isSafeInteger(narrow) ? narrow : signed;
    }
    throw new CrdtError("too-large", "an integer beyond 64 bits");
  }

  /** The next `length` bytes as a view. */
  raw(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** What was read since a position, as a view. */
  since(position: number): Uint8Array {
    return this.#bytes.subarray(position, this.#at);
  }

  /** Length as varint, then the bytes, as a view. */
  bytes(): Uint8Array {
    return this.raw(this.varint());
  }

  /** Length in bytes as varint, then well-formed UTF-8. */
  str(maxBytes: number = Number.MAX_SAFE_INTEGER): string {
    const length = this.varint();
    if (length > maxBytes)
      throw new CrdtError("too-large", `a text of ${length} bytes, ${maxBytes} are allowed`);
    const at = this.#take(length);
    const bytes = this.#bytes;
    if (length <= shortText) {
      const end = at + length;
      let text = "";
      let i = at;
      // Four at a time: a text that grows by single characters is copied for each.
      for (; i + 4 <= end; i += 4) {
        const a = bytes[i]!;
        const b = bytes[i + 1]!;
        const c = bytes[i + 2]!;
        const d = bytes[i + 3]!;
        if ((a | b | c | d) >= 0x80) return decodeUtf8(bytes.subarray(at, end));
        text += String.fromCharCode(a, b, c, d);
      }
      for (; i < end; i++) {
        const byte = bytes[i]!;
        if (byte >= 0x80) return decodeUtf8(bytes.subarray(at, end));
        text += String.fromCharCode(byte);
      }
      return text;
    }
    return decodeUtf8(bytes.subarray(at, at + length));
  }

  /** Passes over what `str` would read, and refuses the same. */
  skipStr(): void {
    const length = this.varint();
    const at = this.#take(length);
    if (!isWellFormedUtf8(this.#bytes, at, at + length)) throw malformedText();
  }

  logId(): LogId {
    return decodeLogId(this.#bytes, this.#take(logIdBytes));
  }

  /**
   * A number of things to follow, each of at least `minBytes` bytes: so a count can never ask for more memory than
   * the input pays for.
   */
  count(max: number, minBytes = 1): number {
    const count = this.varint();
    if (count > max) throw new CrdtError("too-large", `${count} entries, ${max} are allowed`);
    if (count * minBytes > this.remaining) throw truncated();
    return count;
  }

  /** Nothing may follow. */
  end(): void {
    if (this.#at !== this.#end) throw new CrdtError("not-canonical", `${this.remaining} bytes too many`);
  }

  #take(length: number): number {
    if (length > this.#end - this.#at) throw truncated();
    const at = this.#at;
    this.#at += length;
    return at;
  }
}

function truncated(): CrdtError {
  return new CrdtError("truncated", "the bytes end too early");
}
