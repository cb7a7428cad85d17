/** Who is at the other end of a channel, proven by its certificate. */
export interface PeerIdentity {
  /** UUID from the certificate. */
  readonly node: string;
  readonly name: string;
  readonly role: "reader" | "writer" | "admin";
  readonly certificate: Uint8Array;
}

/**
 * One side of a handshake, without sockets: bytes in, bytes out. After any throw the object is dead and the socket is
 * to be closed without a word to the peer. The error's `code` is for the log.
 */
export interface Handshake {
  /** The initiator's first message; undefined for the responder. */
  start(): Uint8Array | undefined;
  /** Takes one handshake message; `channel` appears with the last. */
  receive(message: Uint8Array): { readonly reply?: Uint8Array; readonly channel?: SecureChannel };
}

/** An established channel. Records are sealed and opened strictly in order; any throw is final. */
export interface SecureChannel {
  readonly peer: PeerIdentity;
  /** Seals at most 65,519 bytes into one record. */
  seal(plaintext: Uint8Array): Uint8Array;
  open(record: Uint8Array): Uint8Array;
}

/** Begins handshakes of this node, one for each connection. */
export interface HandshakeFactory {
  initiator(): Handshake;
  responder(): Handshake;
}
