import { CrdtError } from "../error.ts";

// The only two host objects this package needs; every browser and Node has them, the language library does not.
interface Encoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
  encodeInto(text: string, target: Uint8Array): { read: number; written: number };
}
interface Decoder {
  decode(bytes: Uint8Array): string;
}
declare const TextEncoder: new () => Encoder;
declare const TextDecoder: new (label: string, options: { fatal: boolean; ignoreBOM: boolean }) => Decoder;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Writes `text` as UTF-8 at the start of `target`, which has room. Returns the bytes written. */
export function encodeUtf8Into(text: string, target: Uint8Array): number {
  return encoder.encodeInto(text, target).written;
}

/** Decodes well-formed UTF-8; a byte order mark is kept as a character. */
export function decodeUtf8(bytes: Uint8Array): string {
  const text = decodeText(bytes);
  if (text === undefined) throw malformedText();
  return text;
}

/** Well-formed `text` as UTF-8. */
export function encodeText(text: string): Uint8Array {
  if (!text.isWellFormed()) throw loneSurrogate();
  return encoder.encode(text);
}

export function loneSurrogate(): CrdtError {
  return new CrdtError("invalid-value", "text holds a lone surrogate");
}

/** The text whose UTF-8 these bytes are, undefined where they are not well-formed. */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

export function malformedText(): CrdtError {
  return new CrdtError("invalid-value", "text is not well-formed UTF-8");
}

/**
 * Whether a part of the bytes is well-formed UTF-8 (RFC 3629, section 4), without making a text of it: for short texts
 * faster than the host's decoder, and nothing to collect afterwards.
 */
export function isWellFormedUtf8(bytes: Uint8Array, from = 0, to: number = bytes.length): boolean {
  for (let at = from; at < to; ) {
    const first = bytes[at++]!;
    if (first < 0x80) continue;
    if (first < 0xc2 || first > 0xf4) return false;
    const more = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    if (at + more > to) return false;
    const second = bytes[at++]!;
    // No longer forms than needed, no surrogates, nothing beyond U+10FFFF.
    const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
    const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
    if (second < least || second > most) return false;
    for (let i = 1; i < more; i++) if ((bytes[at++]! & 0xc0) !== 0x80) return false;
  }
  return true;
}

/** Bytes of well-formed `text` as UTF-8. */
export function utf8Length(text: string): number {
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // Each half of a surrogate pair counts two of its four bytes.
    length += unit < 0x80 ? 1 : unit < 0x800 || (unit & 0xf800) === 0xd800 ? 2 : 3;
  }
  return length;
}

/** Order of well-formed texts by their UTF-8 bytes, which is the order of their code points. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    // In UTF-16 surrogates (beyond U+FFFF) sort below U+E000 to U+FFFF, in UTF-8 above.
    const xHigh = (x & 0xf800) === 0xd800;
    const yHigh = (y & 0xf800) === 0xd800;
    return xHigh === yHigh ? x - y : xHigh ? 1 : -1;
  }
  return a.length - b.length;
}
