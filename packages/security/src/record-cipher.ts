import sodium from "sodium-native";
import { SecurityError } from "./error.ts";

/** A Noise message is at most 65,535 bytes; 16 of them are the tag. */
export const maxRecordBytes = 65_535;
export const tagBytes = 16;
export const maxPlaintextBytes = maxRecordBytes - tagBytes;

/** A new key after so many records, or so many bytes of records, whichever comes first. */
export const rekeyRecords = 1 << 16;
export const rekeyBytes = 1 << 30;

const uint32 = 0x1_0000_0000;
const zeros = new Uint8Array(32);
/** The nonce 2^64 - 1, which Noise keeps for REKEY. */
const rekeyNonce = Uint8Array.of(0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255);

/** How far a cipher is: the halves of its counter, and what it did since the last change of key. */
export interface Progress {
  readonly high: number;
  readonly low: number;
  readonly records: number;
  readonly bytes: number;
}

/**
 * One direction of a channel after the handshake: CipherState of the Noise specification (revision 34 §5.1) with ChaChaPoly.
 * It is our own because that of noise-handshake counts in 32 bits and then repeats nonces. Both ends count records and
 * bytes alike, so they change keys at the same record without saying so. Any throw is final and wipes the key.
 */
export class RecordCipher {
  readonly #key: Uint8Array;
  /** Four zero bytes and the counter, little-endian. */
  readonly #nonce = new Uint8Array(12);
  readonly #counter = new DataView(this.#nonce.buffer, 4);
  /** Since the last change of key. */
  #records: number;
  #bytes: number;
  #dead = false;

  /** Takes a copy of `key`. Tests start elsewhere than at zero, near the limits. */
  constructor(key: Uint8Array, start: Partial<Progress> = {}) {
    const { high = 0, low = 0, records = 0, bytes = 0 } = start;
    this.#key = Uint8Array.from(key);
    this.#counter.setUint32(0, low, true);
    this.#counter.setUint32(4, high, true);
    this.#records = records;
    this.#bytes = bytes;
  }

  /** One record: ciphertext and tag, in a buffer of its own. At most 65,519 bytes of plaintext, more is a RangeError. */
  seal(plaintext: Uint8Array): Uint8Array {
    if (plaintext.length > maxPlaintextBytes)
      throw new RangeError(`a record holds at most ${maxPlaintextBytes} bytes, not ${plaintext.length}`);
    this.#check();
    const record = Buffer.allocUnsafe(plaintext.length + tagBytes);
    sodium.crypto_aead_chacha20poly1305_ietf_encrypt(record, plaintext, null, null, this.#nonce, this.#key);
    this.#advance(record.length);
    return record;
  }

  /** The plaintext of the next record. Throws `frame-too-large` or `decrypt-failed`. */
  open(record: Uint8Array): Uint8Array {
    this.#check();
    if (record.length > maxRecordBytes)
      throw this.#die(
        "frame-too-large",
        `A record of ${record.length} bytes is longer than ${maxRecordBytes}.`,
      );
    if (record.length < tagBytes) throw this.#die("decrypt-failed", "A record is shorter than its tag.");
    const plaintext = Buffer.allocUnsafe(record.length - tagBytes);
    try {
      sodium.crypto_aead_chacha20poly1305_ietf_decrypt(plaintext, null, record, null, this.#nonce, this.#key);
    } catch {
      throw this.#die("decrypt-failed", "A record was changed, lost, repeated or moved on its way.");
    }
    this.#advance(record.length);
    return plaintext;
  }

  #check(): void {
    if (this.#dead) throw new SecurityError("decrypt-failed", "The channel failed before and is closed.");
    if (this.#counter.getUint32(0, true) === uint32 - 1 && this.#counter.getUint32(4, true) === uint32 - 1)
      throw this.#die("decrypt-failed", "The channel has used all its nonces.");
  }

  #advance(recordBytes: number): void {
    const low = this.#counter.getUint32(0, true) + 1;
    this.#counter.setUint32(0, low, true);
    if (low === uint32) this.#counter.setUint32(4, this.#counter.getUint32(4, true) + 1, true);
    this.#records += 1;
    this.#bytes += recordBytes;
    if (this.#records >= rekeyRecords || this.#bytes >= rekeyBytes) this.#rekey();
  }

  /** REKEY of the specification, §4.2: the first 32 bytes of zeros under the reserved nonce. The counter goes on. */
  #rekey(): void {
    const record = new Uint8Array(zeros.length + tagBytes);
    sodium.crypto_aead_chacha20poly1305_ietf_encrypt(record, zeros, null, null, rekeyNonce, this.#key);
    this.#key.set(record.subarray(0, zeros.length));
    sodium.sodium_memzero(record);
    this.#records = 0;
    this.#bytes = 0;
  }

  #die(code: "decrypt-failed" | "frame-too-large", message: string): SecurityError {
    this.#dead = true;
    sodium.sodium_memzero(this.#key);
    return new SecurityError(code, message);
  }
}

/** A cipher on a copy of this key, and the key wiped: the library hands out both keys as views of one buffer. */
export function takeKey(key: Uint8Array): RecordCipher {
  const cipher = new RecordCipher(key);
  sodium.sodium_memzero(key);
  return cipher;
}
