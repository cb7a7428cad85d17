/** The part of noise-handshake that this package uses. It has no types of its own. */
declare module "noise-handshake" {
  interface NoiseKeyPair {
    readonly publicKey: Uint8Array;
    readonly secretKey: Uint8Array;
  }

  export default class Noise {
    constructor(pattern: "XX", initiator: boolean, staticKeyPair: NoiseKeyPair);
    /** The ephemeral keys; made by `send` if still null. Cleared at the end. */
    e: NoiseKeyPair | null;
    /** The peer's static key, once received. */
    readonly rs: Uint8Array | null;
    /** Running handshake hash, 64 bytes; null after the end. */
    readonly digest: Uint8Array | null;
    /** Handshake hash, after the end. */
    readonly hash: Uint8Array | null;
    readonly complete: boolean;
    readonly initiator: boolean;
    /** Keys for sending and receiving, after the end: two views of one ArrayBuffer. */
    readonly tx: Uint8Array | null;
    readonly rx: Uint8Array | null;
    initialise(prologue: Uint8Array): void;
    send(payload?: Uint8Array): Uint8Array;
    /** Keeps views of the argument and overwrites them at the end. */
    recv(message: Uint8Array): Uint8Array;
  }
}

declare module "noise-handshake/cipher" {
  export default class Cipher {
    constructor(key: Uint8Array);
    nonce: number;
    encrypt(plaintext: Uint8Array): Uint8Array;
    decrypt(ciphertext: Uint8Array): Uint8Array;
  }
}
