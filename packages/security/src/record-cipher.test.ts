import { fc, test } from "@fast-check/vitest";
import sodium from "sodium-native";
import { describe, expect, it } from "vitest";
import {
  maxPlaintextBytes,
  type Progress,
  RecordCipher,
  rekeyBytes,
  rekeyRecords,
  takeKey,
} from "./record-cipher.ts";

const key = new Uint8Array(32).fill(7);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const code = (expected: string) => expect.objectContaining({ code: expected });
const both = (start: Partial<Progress> = {}) =>
  [new RecordCipher(key, start), new RecordCipher(key, start)] as const;
const message = (index: number) => new TextEncoder().encode(`message ${index}`);

/** The bare primitive, with the nonce written out. */
function direct(plaintext: Uint8Array, nonceHex: string, underKey: Uint8Array = key): string {
  const record = new Uint8Array(plaintext.length + 16);
  const nonce = Buffer.from(nonceHex, "hex");
  sodium.crypto_aead_chacha20poly1305_ietf_encrypt(record, plaintext, null, null, nonce, underKey);
  return hex(record);
}

function rekeyed(from: Uint8Array): Uint8Array {
  const record = direct(new Uint8Array(32), "00000000ffffffffffffffff", from);
  return Uint8Array.from(Buffer.from(record, "hex").subarray(0, 32));
}

describe("RecordCipher", () => {
  test.prop([fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 20 })])(
    "opens what it sealed, in order",
    (all) => {
      const [sending, receiving] = both();
      for (const plaintext of all) expect(hex(receiving.open(sending.seal(plaintext)))).toBe(hex(plaintext));
    },
  );

  it("seals the greatest record, and no greater one", () => {
    const [sending, receiving] = both();
    const greatest = new Uint8Array(maxPlaintextBytes);
    expect(() => sending.seal(new Uint8Array(maxPlaintextBytes + 1))).toThrow(RangeError);
    const record = sending.seal(greatest);
    expect(record).toHaveLength(65_535);
    expect(receiving.open(record)).toHaveLength(65_519);
  });

  it("counts in 64 bits", () => {
    const [sending, receiving] = both({ low: 0xffff_fffe });
    for (const nonce of [
      "00000000feffffff00000000",
      "00000000ffffffff00000000",
      "000000000000000001000000",
    ]) {
      const record = sending.seal(message(1));
      expect(hex(record)).toBe(direct(message(1), nonce));
      receiving.open(record);
    }
  });

  it("stops before the nonce that is kept for rekeying", () => {
    const [sending, receiving] = both({ high: 0xffff_ffff, low: 0xffff_fffe });
    receiving.open(sending.seal(message(1)));
    expect(() => sending.seal(message(2))).toThrow(code("decrypt-failed"));
    expect(() => receiving.open(new Uint8Array(20))).toThrow(code("decrypt-failed"));
  });

  it("changes the key after 2^16 records, at both ends, and the counter goes on", () => {
    const [sending, receiving] = both();
    for (let index = 0; index < rekeyRecords; index += 1) receiving.open(sending.seal(message(0)));
    const record = sending.seal(message(1));
    expect(hex(record)).toBe(direct(message(1), "000000000000010000000000", rekeyed(key)));
    expect(hex(receiving.open(record))).toBe(hex(message(1)));
  });

  it("changes the key with the record that fills 1 GiB, at both ends", () => {
    const [sending, receiving] = both({ low: 9, bytes: rekeyBytes - 2 * 26 });
    const plaintext = message(12).subarray(0, 10);
    for (const nonce of ["0000000009000000", "000000000a000000"]) {
      const record = sending.seal(plaintext);
      expect(hex(record)).toBe(direct(plaintext, `${nonce}00000000`));
      receiving.open(record);
    }
    const record = sending.seal(plaintext);
    expect(hex(record)).toBe(direct(plaintext, "000000000b00000000000000", rekeyed(key)));
    expect(hex(receiving.open(record))).toBe(hex(plaintext));
  });

  it.each([0, 1, 5, 40])("refuses record %i with one bit flipped, for good", (at) => {
    const [sending, receiving] = both();
    for (let index = 0; index < at; index += 1) receiving.open(sending.seal(message(index)));
    const record = sending.seal(message(at));
    for (const position of [0, record.length - 1]) {
      const [, fresh] = both({ low: at });
      const changed = Uint8Array.from(record);
      changed[position]! ^= 1;
      expect(() => fresh.open(changed)).toThrow(code("decrypt-failed"));
      expect(() => fresh.open(record)).toThrow(code("decrypt-failed"));
      expect(() => fresh.seal(message(0))).toThrow(code("decrypt-failed"));
    }
  });

  it("refuses records that are swapped, repeated, lost or reflected", () => {
    const records = () => {
      const [sending, receiving] = both();
      return { first: sending.seal(message(1)), second: sending.seal(message(2)), receiving };
    };
    const swapped = records();
    expect(() => swapped.receiving.open(swapped.second)).toThrow(code("decrypt-failed"));
    const repeated = records();
    repeated.receiving.open(repeated.first);
    expect(() => repeated.receiving.open(repeated.first)).toThrow(code("decrypt-failed"));
  });

  it("refuses records that are too short or too long", () => {
    for (const length of [0, 15]) {
      expect(() => new RecordCipher(key).open(new Uint8Array(length))).toThrow(code("decrypt-failed"));
    }
    expect(() => new RecordCipher(key).open(new Uint8Array(65_536))).toThrow(code("frame-too-large"));
  });

  it("keeps no view of what it was given", () => {
    const shared = Uint8Array.from(key);
    const cipher = takeKey(shared);
    expect(hex(shared)).toBe("00".repeat(32));
    const plaintext = message(1);
    const record = cipher.seal(plaintext);
    const before = hex(record);
    cipher.seal(message(2));
    plaintext.fill(0);
    expect(hex(record)).toBe(before);
    expect(before).toBe(direct(message(1), "000000000000000000000000"));
  });
});
