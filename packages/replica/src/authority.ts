import type { NodeId } from "@jarvis-crdt/crdt";

/** An author as its certificate shows it. */
export interface Author {
  readonly node: NodeId;
  /** The id by which batch headers name this certificate, 16 bytes. */
  readonly key: Uint8Array;
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly role: "reader" | "writer" | "admin";
  /** Unix milliseconds; a batch is valid if its clock lies within. */
  readonly notBefore: number;
  readonly notAfter: number;
}

/** Who may write, decided by certificates alone. Given by the security layer. */
export interface Authority {
  /** Checks a certificate as an author's: chain and profile, not today's date. Throws a typed error with a `code`. */
  author(certificate: Uint8Array): Author;
}
