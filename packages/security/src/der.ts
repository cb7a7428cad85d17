/**
 * A reader for DER (X.690), strict and without recursion of its own: definite minimal lengths, low tag numbers, nothing
 * behind the end. Strictness matters because a certificate is named by the hash of its bytes: one certificate must not
 * have two encodings. Every offence throws `DerError`; the caller says which code that is.
 */
export class DerError extends Error {
  override readonly name = "DerError";
}

/** Tags of the types that the certificate profile needs. */
export const tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  sequence: 0x30,
  set: 0x31,
  printableString: 0x13,
  utcTime: 0x17,
  generalizedTime: 0x18,
  /** [0] EXPLICIT, the version of a certificate. */
  version: 0xa0,
  /** [3] EXPLICIT, the extensions of a certificate. */
  extensions: 0xa3,
  /** [6] IMPLICIT IA5String, a URI among general names. */
  uri: 0x86,
} as const;

export interface DerElement {
  readonly tag: number;
  readonly content: Uint8Array;
  /** Tag, length and content. */
  readonly bytes: Uint8Array;
}

export class DerReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** Whether the next element has this tag. */
  has(expected: number): boolean {
    return this.#bytes[this.#at] === expected;
  }

  next(): DerElement {
    const start = this.#at;
    const found = this.#byte();
    if ((found & 0x1f) === 0x1f) throw new DerError("a tag number above 30");
    const length = this.#length();
    if (length > this.#bytes.length - this.#at) throw new DerError("an element longer than its parent");
    const content = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return { tag: found, content, bytes: this.#bytes.subarray(start, this.#at) };
  }

  take(expected: number): DerElement {
    if (!this.has(expected)) throw new DerError(`not the expected element 0x${expected.toString(16)}`);
    return this.next();
  }

  /** Steps into a constructed element. */
  enter(expected: number): DerReader {
    return new DerReader(this.take(expected).content);
  }

  end(): void {
    if (!this.done) throw new DerError("bytes behind the last element");
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new DerError("the bytes end early");
    this.#at += 1;
    return byte;
  }

  #length(): number {
    const first = this.#byte();
    if (first < 0x80) return first;
    if (first === 0x81) {
      const length = this.#byte();
      if (length < 0x80) throw new DerError("a length that is not minimal");
      return length;
    }
    if (first === 0x82) {
      const length = this.#byte() * 256 + this.#byte();
      if (length < 0x100) throw new DerError("a length that is not minimal");
      return length;
    }
    throw new DerError("an indefinite length, or one above 65535");
  }
}

/** Milliseconds since 1970 of a UTCTime or GeneralizedTime in the only forms that RFC 5280 §4.1.2.5 allows. */
export function readTime(element: DerElement): number {
  const text = ascii(element.content);
  const parts =
    element.tag === tag.utcTime
      ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text)
      : element.tag === tag.generalizedTime
        ? /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text)
        : null;
  if (parts === null) throw new DerError("not a time");
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number) as Six;
  const utc = element.tag === tag.utcTime;
  if (!utc && year < 2050) throw new DerError("a time before 2050 in the long form");
  const fullYear = !utc ? year : year < 50 ? 2000 + year : 1900 + year;
  const time = Date.UTC(fullYear, month - 1, day, hour, minute, second);
  const back = new Date(time);
  // Date.UTC carries the 31st of February into March; a certificate that says so is malformed.
  const same =
    back.getUTCMonth() === month - 1 &&
    back.getUTCDate() === day &&
    back.getUTCHours() === hour &&
    back.getUTCMinutes() === minute &&
    back.getUTCSeconds() === second;
  if (!same) throw new DerError("a date that does not exist");
  return time;
}

type Six = [number, number, number, number, number, number];

/** The bytes as text, if they are printable ASCII. */
export function ascii(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) {
    if (byte < 0x20 || byte > 0x7e) throw new DerError("a character outside printable ASCII");
    text += String.fromCharCode(byte);
  }
  return text;
}
