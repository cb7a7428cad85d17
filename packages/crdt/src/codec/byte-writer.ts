import { CrdtError } from "../error.ts";
import { encodeLogId, type LogId, logIdBytes } from "../log.ts";
import { encodeUtf8Into, loneSurrogate } from "./text.ts";

const two32 = 4294967296;
/** From this length on a native call is faster than a loop over the characters. */
const longText = 96;

/** Appends canonical bytes to a buffer that grows. Integers of fixed width are big-endian. Amortised O(1) per byte. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(Math.max(capacity, 16));
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#length;
  }

  /** Bytes it can hold without growing. */
  get capacity(): number {
    return this.#bytes.length;
  }

  u8(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  u32(value: number): void {
    this.#reserve(4);
    this.#view.setUint32(this.#length, value);
    this.#length += 4;
  }

  /** A safe non-negative integer in eight bytes. */
  u64(value: number): void {
    checkUnsigned(value);
    this.#reserve(8);
    this.#view.setUint32(this.#length, Math.floor(value / two32));
    this.#view.setUint32(this.#length + 4, value % two32);
    this.#length += 8;
  }

  f64(value: number): void {
    this.#reserve(8);
    if (Number.isNaN(value)) {
      // The engine may keep any NaN's bits; the format has one.
      this.#view.setUint32(this.#length, 0x7ff80000);
      this.#view.setUint32(this.#length + 4, 0);
    } else this.#view.setFloat64(this.#length, value);
    this.#length += 8;
  }

  /** A safe non-negative integer as minimal LEB128, one to eight bytes. */
  varint(value: number): void {
    if (value >>> 0 === value && value < 0x80) {
      this.u8(value);
      return;
    }
    checkUnsigned(value);
    this.#reserve(8);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = rest < 0x8000_0000 ? rest >>> 7 : Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  /** A signed integer of up to 64 bits: zigzag (0, −1, 1, −2 … become 0, 1, 2, 3 …), then LEB128. */
  int(value: number | bigint): void {
    if (typeof value === "number" && value > -0x8_0000_0000_0000 && value < 0x8_0000_0000_0000) {
      if (!Number.isInteger(value)) throw new CrdtError("invalid-value", "not an integer");
      this.varint(value < 0 ? -2 * value - 1 : 2 * value);
      return;
    }
    if (typeof value === "number" && !Number.isSafeInteger(value)) {
      throw new CrdtError("invalid-value", "an integer beyond 2^53 must be a bigint");
    }
    const wide = BigInt(value);
    if (BigInt.asIntN(64, wide) !== wide) throw new CrdtError("invalid-value", "an integer beyond 64 bits");
    let rest = wide < 0n ? -2n * wide - 1n : 2n * wide;
    while (rest >= 0x80n) {
      this.u8(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.u8(Number(rest));
  }

  /** The bytes themselves, without their length. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Length as varint, then the bytes. */
  bytes(bytes: Uint8Array): void {
    this.varint(bytes.length);
    this.raw(bytes);
  }

  /** Length in bytes as varint, then UTF-8. A lone surrogate is refused. */
  str(text: string): void {
    const units = text.length;
    if (units < longText) {
      this.#reserve(units + 1);
      const bytes = this.#bytes;
      const start = this.#length;
      let i = 0;
      for (; i < units; i++) {
        const unit = text.charCodeAt(i);
        if (unit >= 0x80) break;
        bytes[start + 1 + i] = unit;
      }
      if (i === units) {
        bytes[start] = units;
        this.#length = start + 1 + units;
        return;
      }
    }
    if (!text.isWellFormed()) throw loneSurrogate();
    // The length stands before the text and is known after it: guess that all is ASCII, and move the text if not.
    this.#reserve(units * 3 + 8);
    const start = this.#length;
    const guess = varintLength(units);
    const written = encodeUtf8Into(text, this.#bytes.subarray(start + guess));
    const needed = varintLength(written);
    if (needed !== guess) this.#bytes.copyWithin(start + needed, start + guess, start + guess + written);
    this.varint(written);
    this.#length += written;
  }

  /** The 24 bytes of a log id. */
  logId(log: LogId): void {
    this.#reserve(logIdBytes);
    encodeLogId(log, this.#bytes, this.#length);
    this.#length += logIdBytes;
  }

  /** A copy of what was written since `from`. */
  slice(from = 0): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(from, this.#length);
  }

  /** A view on what was written since `from`, valid until the next write. */
  subarray(from = 0): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(from, this.#length);
  }

  /** Forgets what was written after `length` and keeps the buffer. */
  truncate(length = 0): void {
    if (length > this.#length) throw new RangeError("cannot truncate to more than was written");
    this.#length = length;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/** Bytes of a safe non-negative integer as LEB128. */
export function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 0x80; rest /= 0x80) length++;
  return length;
}

function checkUnsigned(value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new CrdtError("invalid-value", "not a safe non-negative integer");
  }
}
