import { SyncError } from "./error.ts";

/**
 * The part of MessagePack that messages are made of: nil, booleans, unsigned integers up to 2^53 - 1, printable ASCII
 * text, bytes and arrays, each in its shortest form. There is nothing else, on purpose: the whitelist of tokens *is* the
 * decoder, so that no library with records, extensions or maps ever sees what a peer sent.
 */
export type Token = null | boolean | number | string | Uint8Array | readonly Token[];

export interface TokenLimits {
  /** Nested arrays. */
  readonly depth: number;
  /** Tokens in all. */
  readonly elements: number;
}

const highWord = 2 ** 32;

/** One allocation of exactly the needed size. O(bytes). */
export function encodeTokens(token: Token): Uint8Array {
  const writer = new Writer(sizeOf(token));
  writer.put(token);
  return writer.bytes;
}

/**
 * Reads exactly one token that fills `bytes`. Byte strings are views on `bytes`. Throws `SyncError` `malformed`, or
 * `too-many` where the limits are passed. O(bytes), and what it allocates is bounded by `limits.elements`.
 */
export function decodeTokens(bytes: Uint8Array, limits: TokenLimits): Token {
  const reader = new Reader(bytes, limits);
  const token = reader.take(0);
  if (reader.at !== bytes.length) throw new SyncError("malformed", "bytes follow the message");
  return token;
}

function sizeOf(token: Token): number {
  if (token === null || typeof token === "boolean") return 1;
  if (typeof token === "number")
    return token < 0x80 ? 1 : token < 0x100 ? 2 : token < 0x10000 ? 3 : token < highWord ? 5 : 9;
  if (typeof token === "string") return (token.length < 32 ? 1 : token.length < 0x100 ? 2 : 3) + token.length;
  if (token instanceof Uint8Array)
    return (token.length < 0x100 ? 2 : token.length < 0x10000 ? 3 : 5) + token.length;
  let size = token.length < 16 ? 1 : 3;
  for (const one of token) size += sizeOf(one);
  return size;
}

class Writer {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
    this.#view = new DataView(this.bytes.buffer);
  }

  put(token: Token): void {
    if (token === null) this.#u8(0xc0);
    else if (typeof token === "boolean") this.#u8(token ? 0xc3 : 0xc2);
    else if (typeof token === "number") this.#integer(token);
    else if (typeof token === "string") this.#text(token);
    else if (token instanceof Uint8Array) this.#binary(token);
    else {
      if (token.length > 0xffff) throw new RangeError("an array has too many elements for the wire");
      if (token.length < 16) this.#u8(0x90 | token.length);
      else this.#u16(0xdc, token.length);
      for (const one of token) this.put(one);
    }
  }

  #integer(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0)
      throw new RangeError(`${value} is not a number for the wire`);
    if (value < 0x80) this.#u8(value);
    else if (value < 0x100) {
      this.#u8(0xcc);
      this.#u8(value);
    } else if (value < 0x10000) this.#u16(0xcd, value);
    else if (value < highWord) this.#u32(0xce, value);
    else {
      this.#u32(0xcf, Math.floor(value / highWord));
      this.#view.setUint32(this.#at, value % highWord);
      this.#at += 4;
    }
  }

  #text(value: string): void {
    if (value.length < 32) this.#u8(0xa0 | value.length);
    else if (value.length < 0x100) {
      this.#u8(0xd9);
      this.#u8(value.length);
    } else this.#u16(0xda, value.length);
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (!isPrintable(code)) throw new RangeError("text for the wire is printable ASCII");
      this.#u8(code);
    }
  }

  #binary(value: Uint8Array): void {
    if (value.length < 0x100) {
      this.#u8(0xc4);
      this.#u8(value.length);
    } else if (value.length < 0x10000) this.#u16(0xc5, value.length);
    else this.#u32(0xc6, value.length);
    this.bytes.set(value, this.#at);
    this.#at += value.length;
  }

  #u8(value: number): void {
    this.bytes[this.#at++] = value;
  }

  #u16(tag: number, value: number): void {
    this.#u8(tag);
    this.#view.setUint16(this.#at, value);
    this.#at += 2;
  }

  #u32(tag: number, value: number): void {
    this.#u8(tag);
    this.#view.setUint32(this.#at, value);
    this.#at += 4;
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #depth: number;
  #budget: number;
  at = 0;

  constructor(bytes: Uint8Array, limits: TokenLimits) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#depth = limits.depth;
    this.#budget = limits.elements;
  }

  take(depth: number): Token {
    if (--this.#budget < 0) throw new SyncError("too-many", "the message has too many elements");
    const tag = this.#number(1);
    if (tag < 0x80) return tag;
    if (tag >= 0x90 && tag <= 0x9f) return this.#array(tag & 0x0f, depth);
    if (tag >= 0xa0 && tag <= 0xbf) return this.#text(tag & 0x1f);
    switch (tag) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
        return this.#binary(this.#number(1));
      case 0xc5:
        return this.#binary(this.#wide(2, 0x100));
      case 0xc6:
        return this.#binary(this.#wide(4, 0x10000));
      case 0xcc:
        return this.#wide(1, 0x80);
      case 0xcd:
        return this.#wide(2, 0x100);
      case 0xce:
        return this.#wide(4, 0x10000);
      case 0xcf:
        return this.#long();
      case 0xd9:
        return this.#text(this.#wide(1, 32));
      case 0xda:
        return this.#text(this.#wide(2, 0x100));
      case 0xdc:
        return this.#array(this.#wide(2, 16), depth);
      default:
        throw new SyncError("malformed", `token 0x${tag.toString(16)} is not part of the protocol`);
    }
  }

  #array(length: number, depth: number): readonly Token[] {
    if (depth >= this.#depth) throw new SyncError("too-many", "the message is nested too deeply");
    if (length > this.#budget) throw new SyncError("too-many", "the message has too many elements");
    const tokens: Token[] = [];
    for (let i = 0; i < length; i++) tokens.push(this.take(depth + 1));
    return tokens;
  }

  #text(length: number): string {
    const start = this.#advance(length);
    let text = "";
    for (let i = start; i < this.at; i++) {
      const code = this.#bytes[i]!;
      if (!isPrintable(code)) throw new SyncError("malformed", "text is not printable ASCII");
      text += String.fromCharCode(code);
    }
    return text;
  }

  #binary(length: number): Uint8Array {
    return this.#bytes.subarray(this.#advance(length), this.at);
  }

  #number(width: 1 | 2 | 4): number {
    const start = this.#advance(width);
    return width === 1
      ? this.#view.getUint8(start)
      : width === 2
        ? this.#view.getUint16(start)
        : this.#view.getUint32(start);
  }

  /** A number for which a shorter form would have done is refused: everything has one encoding. */
  #wide(width: 1 | 2 | 4, least: number): number {
    const value = this.#number(width);
    if (value < least) throw new SyncError("malformed", "a number is longer than it needs to be");
    return value;
  }

  #long(): number {
    const value = this.#wide(4, 1) * highWord + this.#number(4);
    if (!Number.isSafeInteger(value)) throw new SyncError("malformed", "an integer exceeds 2^53 - 1");
    return value;
  }

  #advance(length: number): number {
    const start = this.at;
    if (length > this.#bytes.length - start) throw new SyncError("malformed", "the message is truncated");
    this.at = start + length;
    return start;
  }
}

/** Printable ASCII can neither hide malformed UTF-8 nor steer a terminal. */
function isPrintable(code: number): boolean {
  return code >= 0x20 && code <= 0x7e;
}
