import { TransportError } from "./error.ts";
import { recordBytes, tagBytes } from "./record.ts";

/**
 * Messages as the plaintexts of records. Each begins with a byte of flags: 1 = last of its message, 2 = for the
 * transport itself. The first of a message goes on with its length (u32). Other bits are reserved and refused.
 */
const lastFlag = 1;
const controlFlag = 2;

const plaintextBytes = recordBytes - tagBytes;

/** What the two transports say to each other; always one record: flags, kind, code. */
export type Control =
  /** The responder accepts the session. */
  | { readonly kind: "ready" }
  /** I am still here. */
  | { readonly kind: "alive" }
  /** Are you? Answered by `alive`. */
  | { readonly kind: "ask" }
  /** Nothing follows, and why: `[a-z0-9-]{1,32}`. Only after this was the end meant. */
  | { readonly kind: "close"; readonly code: string };

const kinds = ["ready", "alive", "close", "ask"] as const;

/** The plaintexts of one message. O(bytes): one copy. */
export function* splitMessage(message: Uint8Array): Generator<Uint8Array> {
  let at = 0;
  for (let first = true; first || at < message.length; first = false) {
    const head = first ? 5 : 1;
    const size = Math.min(message.length - at, plaintextBytes - head);
    const plaintext = new Uint8Array(head + size);
    if (first) new DataView(plaintext.buffer).setUint32(1, message.length);
    plaintext.set(message.subarray(at, at + size), head);
    at += size;
    if (at === message.length) plaintext[0] = lastFlag;
    yield plaintext;
  }
}

export function controlPlaintext(control: Control): Uint8Array {
  const code = control.kind === "close" ? control.code : "";
  const plaintext = new Uint8Array(2 + code.length);
  plaintext[0] = lastFlag | controlFlag;
  plaintext[1] = kinds.indexOf(control.kind);
  for (let i = 0; i < code.length; i++) plaintext[2 + i] = code.charCodeAt(i);
  return plaintext;
}

/** Puts messages together again. What it holds is bounded by the bytes received and by `most`. */
export class MessageReader {
  readonly #most: number;
  #parts: Uint8Array[] = [];
  /** Bytes missing from the message under way; undefined between messages. */
  #missing: number | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  /** Takes one plaintext. Gives a message when it is complete. Throws `malformed`, `message-too-large`. */
  push(plaintext: Uint8Array): Uint8Array | Control | undefined {
    const flags = plaintext[0];
    if (flags === undefined || flags > (lastFlag | controlFlag))
      throw malformed("a record has unknown flags");
    if ((flags & controlFlag) !== 0) return readControl(plaintext);
    let part: Uint8Array;
    if (this.#missing === undefined) {
      if (plaintext.length < 5) throw malformed("a message has no length");
      const length = new DataView(plaintext.buffer, plaintext.byteOffset).getUint32(1);
      if (length > this.#most) throw new TransportError("message-too-large", `a message of ${length} bytes`);
      this.#missing = length;
      part = plaintext.subarray(5);
    } else part = plaintext.subarray(1);
    const last = (flags & lastFlag) !== 0;
    // Without this a peer could keep a message open for ever at no cost.
    if (!last && part.length === 0) throw malformed("a record carries nothing");
    this.#missing -= part.length;
    if (this.#missing < 0 || last !== (this.#missing === 0))
      throw malformed("a message has not the length it told");
    this.#parts.push(part);
    if (!last) return undefined;
    const parts = this.#parts;
    this.#parts = [];
    this.#missing = undefined;
    return parts.length === 1 ? part : concatenate(parts);
  }
}

function readControl(plaintext: Uint8Array): Control {
  const kind = kinds[plaintext[1] ?? kinds.length];
  const code = String.fromCharCode(...plaintext.subarray(2, 64));
  if (kind === "close" && /^[a-z0-9-]{1,32}$/.test(code)) return { kind, code };
  if (kind === undefined || kind === "close" || code !== "") throw malformed("an unknown control record");
  return { kind };
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function malformed(message: string): TransportError {
  return new TransportError("malformed", message);
}
