import {
  createCipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
} from "node:crypto";

/**
 * Noise XX once more, from the specification and on node:crypto alone, to check the whole handshake from outside:
 * prologue, patterns, proofs' place and transport keys.
 */
export class NoiseReference {
  #hash: Uint8Array;
  #chaining: Uint8Array;
  #key: Uint8Array = new Uint8Array();
  #nonce = 0;

  constructor(prologue: Uint8Array) {
    // Shorter than a hash, so it is padded, not hashed.
    this.#hash = Buffer.from("Noise_XX_25519_ChaChaPoly_BLAKE2b".padEnd(64, "\0"));
    this.#chaining = Uint8Array.from(this.#hash);
    this.mixHash(prologue);
  }

  get hash(): Uint8Array {
    return Uint8Array.from(this.#hash);
  }

  mixHash(data: Uint8Array): void {
    this.#hash = createHash("blake2b512").update(this.#hash).update(data).digest();
  }

  mixKey(secret: Uint8Array, publicKey: Uint8Array): void {
    [this.#chaining, this.#key] = this.#derive(exchange(secret, publicKey));
    this.#nonce = 0;
  }

  seal(plaintext: Uint8Array): Buffer {
    const record = chachaPoly(this.#key, this.#nonce, plaintext, this.#hash);
    this.#nonce += 1;
    this.mixHash(record);
    return record;
  }

  split(): [Buffer, Buffer] {
    const [one, two] = this.#derive(new Uint8Array());
    return [one.subarray(0, 32), two];
  }

  #derive(input: Uint8Array): [Buffer, Buffer] {
    const hmac = (key: Uint8Array, ...data: Uint8Array[]) => {
      const mac = createHmac("blake2b512", key);
      for (const part of data) mac.update(part);
      return mac.digest();
    };
    const temporary = hmac(this.#chaining, input);
    const one = hmac(temporary, Uint8Array.of(1));
    return [one, hmac(temporary, one, Uint8Array.of(2)).subarray(0, 32)];
  }
}

/** A record of a channel, or of a handshake with the hash so far as its data. */
export function chachaPoly(
  key: Uint8Array,
  counter: number,
  plaintext: Uint8Array,
  data?: Uint8Array,
): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32LE(counter, 4);
  const cipher = createCipheriv("chacha20-poly1305", key, nonce, { authTagLength: 16 });
  if (data !== undefined) cipher.setAAD(data, { plaintextLength: plaintext.length });
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

function exchange(secret: Uint8Array, publicKey: Uint8Array): Buffer {
  const privateKey = createPrivateKey({
    key: Buffer.concat([Buffer.from("302e020100300506032b656e04220420", "hex"), secret]),
    format: "der",
    type: "pkcs8",
  });
  const other = createPublicKey({
    key: Buffer.concat([Buffer.from("302a300506032b656e032100", "hex"), publicKey]),
    format: "der",
    type: "spki",
  });
  return diffieHellman({ privateKey, publicKey: other });
}
