import { TransportError } from "./error.ts";

/** Longest record: its length is a u16. */
export const recordBytes = 65_535;

/** What every sealed record carries at least: its authentication tag. */
export const tagBytes = 16;

/**
 * Cuts a stream into records, `u16 length || record`, however the stream is chopped. It holds no more than one record
 * and what one read brought. Amortised O(bytes).
 */
export class RecordReader {
  #chunks: Uint8Array[] = [];
  /** Where the first chunk begins, and what is there in all. */
  #offset = 0;
  #total = 0;
  #least: number;
  #most: number;

  constructor(least: number, most: number) {
    this.#least = least;
    this.#most = most;
  }

  /** Bounds for the records to come. */
  bound(least: number, most: number): void {
    this.#least = least;
    this.#most = most;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#total += chunk.length;
  }

  /** The next whole record, a view where it lay in one chunk. Throws `frame-too-small`, `frame-too-large`. */
  next(): Uint8Array | undefined {
    if (this.#total < 2) return undefined;
    const length = (this.#peek(0) << 8) | this.#peek(1);
    if (length < this.#least) throw new TransportError("frame-too-small", `a record of ${length} bytes`);
    if (length > this.#most)
      throw new TransportError(
        "frame-too-large",
        `a record of ${length} bytes, at most ${this.#most} are allowed`,
      );
    if (this.#total < 2 + length) return undefined;
    this.#take(2);
    return this.#take(length);
  }

  #peek(at: number): number {
    const first = this.#chunks[0]!;
    const index = this.#offset + at;
    return index < first.length ? first[index]! : this.#chunks[1]![index - first.length]!;
  }

  #take(length: number): Uint8Array {
    this.#total -= length;
    const first = this.#chunks[0]!;
    const end = this.#offset + length;
    if (end < first.length) {
      const record = first.subarray(this.#offset, end);
      this.#offset = end;
      return record;
    }
    const record = new Uint8Array(length);
    let filled = 0;
    let used = 0;
    while (filled < length) {
      const chunk = this.#chunks[used]!;
      const part = chunk.subarray(this.#offset, this.#offset + length - filled);
      record.set(part, filled);
      filled += part.length;
      this.#offset += part.length;
      if (this.#offset < chunk.length) break;
      this.#offset = 0;
      used++;
    }
    this.#chunks.splice(0, used);
    return record;
  }
}

/** A record as it is written. For those that are not worth a vectored write. */
export function frame(record: Uint8Array): Uint8Array {
  const framed = new Uint8Array(2 + record.length);
  framed[0] = record.length >>> 8;
  framed[1] = record.length & 0xff;
  framed.set(record, 2);
  return framed;
}
