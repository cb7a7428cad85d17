/** A batch as it is stored and relayed, verbatim; a hollow one has lost its body and nothing else. */
export interface Envelope {
  /** Encoded header. */
  readonly header: Uint8Array;
  /** Ed25519 over the batch id, 64 bytes. */
  readonly signature: Uint8Array;
  /** How `body` is packed: 1 = zstd of length-prefixed operations, 0 = there is none (`isHollow`). */
  readonly codec: number;
  /** Length of the unpacked body in bytes; checked before and after unpacking. */
  readonly rawLength: number;
  readonly body: Uint8Array;
}
