import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { framedLength, joinOperations, splitBody, unpackBody, zstdCodec } from "./body.ts";
import type { Compressor } from "./crypto.ts";
import type { Envelope } from "./envelope.ts";
import { BatchError } from "./error.ts";
import { testCrypto } from "./testing/index.ts";

const { compressor } = testCrypto();

function envelopeOf(raw: Uint8Array, changes: Partial<Envelope> = {}): Envelope {
  return {
    header: new Uint8Array(0),
    signature: new Uint8Array(64),
    codec: zstdCodec,
    rawLength: raw.length,
    body: compressor.deflate(raw),
    ...changes,
  };
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof BatchError) return error.code;
    throw error;
  }
  return "accepted";
}

describe("body", () => {
  it("gives back the operations", () => {
    const lengths = fc.oneof(fc.nat(300), fc.constantFrom(126, 127, 128, 16_382, 16_383));
    const operations = fc.array(
      fc.tuple(lengths, fc.nat(255)).map(([length, byte]) => new Uint8Array(length + 1).fill(byte)),
      { maxLength: 8 },
    );
    const same = fc.property(operations, (list) => {
      const raw = joinOperations(list);
      expect(raw.length).toBe(list.reduce((sum, operation) => sum + framedLength(operation.length), 0));
      expect(splitBody(raw, list.length)).toEqual(list);
      if (list.length > 0) expect(unpackBody(envelopeOf(raw), list.length, compressor)).toEqual(list);
    });
    fc.assert(same, { seed: 1 });
  });

  it.each([
    ["a missing operation", [1, 7], 2],
    ["an operation too many", [1, 7, 1, 8], 1],
    ["a trailing byte", [1, 7, 0], 1],
    ["an empty operation", [0, 1, 7], 2],
    ["a length that is not minimal", [0x81, 0x00, 7], 1],
    ["a length of five bytes", [0x81, 0x80, 0x80, 0x80, 0x01, 7], 1],
    ["a length beyond the body", [3, 7, 7], 1],
    ["half a length", [0x81], 1],
    ["a length of 2^28 - 1", [0xff, 0xff, 0xff, 0x7f, 7], 1],
    ["nothing", [], 1],
  ])("refuses %s", (_, raw, count) => {
    expect(codeOf(() => splitBody(Uint8Array.from(raw), count))).toBe("bad-body");
  });

  it("never allocates for a count beyond the body", () => {
    expect(codeOf(() => splitBody(Uint8Array.of(1, 7), 0xffff_ffff))).toBe("bad-body");
  });

  it("answers random bytes with the operations that join to them, or bad-body", () => {
    const property = fc.property(
      fc.uint8Array({ maxLength: 40 }),
      fc.integer({ min: 1, max: 8 }),
      (raw, count) => {
        let operations: readonly Uint8Array[];
        try {
          operations = splitBody(raw, count);
        } catch (error) {
          expect(error).toBeInstanceOf(BatchError);
          return;
        }
        expect(joinOperations(operations)).toEqual(new Uint8Array(raw));
      },
    );
    fc.assert(property, { seed: 1, numRuns: 3000 });
  });

  it("refuses an unknown codec", () => {
    expect(codeOf(() => unpackBody(envelopeOf(Uint8Array.of(1, 7), { codec: 2 }), 1, compressor))).toBe(
      "bad-body",
    );
  });

  it("does not rely on the compressor to check the length", () => {
    const careless: Compressor = { ...compressor, inflate: () => Uint8Array.of(1, 7) };
    const raw = Uint8Array.of(2, 7, 7);
    expect(codeOf(() => unpackBody(envelopeOf(raw), 1, careless))).toBe("bad-body");
  });
});
