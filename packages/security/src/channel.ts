import type { Role } from "./profile.ts";
import type { RecordCipher } from "./record-cipher.ts";

/** Who is at the other end of a channel, proven by its certificate. */
export interface Peer {
  /** UUID from the certificate. */
  readonly node: string;
  readonly name: string;
  readonly role: Role;
  /** DER. */
  readonly certificate: Uint8Array;
  /** Milliseconds since 1970: when the certificate ends, and a live session with it. */
  readonly notAfter: number;
}

/** An established channel. Records are sealed and opened strictly in order; any throw of `open` is final. */
export interface Channel {
  readonly peer: Peer;
  /** Seals at most 65,519 bytes into one record. */
  seal(plaintext: Uint8Array): Uint8Array;
  /** Throws `decrypt-failed` or `frame-too-large`. */
  open(record: Uint8Array): Uint8Array;
}

export function createChannel(peer: Peer, sending: RecordCipher, receiving: RecordCipher): Channel {
  return {
    peer,
    seal: (plaintext) => sending.seal(plaintext),
    open: (record) => receiving.open(record),
  };
}
