import { decodeLogId } from "@jarvis-crdt/crdt";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BatchError } from "./error.ts";
import type { BatchHeader } from "./header.ts";
import { decodeHeader, encodeHeader, headerBytes } from "./header-codec.ts";

const max = Number.MAX_SAFE_INTEGER;
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const integer = (min: number) => fc.maxSafeInteger().map((n) => Math.max(min, Math.abs(n)));

const headers: fc.Arbitrary<BatchHeader> = fc
  .record({
    version: fc.constant(1),
    cluster: bytes(16),
    log: bytes(24).map((id) => decodeLogId(id)),
    key: bytes(16),
    number: integer(1),
    first: integer(1),
    count: fc.integer({ min: 1, max: 0xffff_ffff }),
    previous: bytes(32),
    continues: fc.boolean(),
    schema: bytes(32),
    epoch: integer(0),
    hlcMin: integer(1),
    hlcMax: integer(1),
    root: bytes(32),
  })
  .map((h) => ({ ...h, hlcMin: Math.min(h.hlcMin, h.hlcMax), hlcMax: Math.max(h.hlcMin, h.hlcMax) }));

const sample: BatchHeader = {
  version: 1,
  cluster: new Uint8Array(16).fill(1),
  log: "22222222-2222-4222-8222-222222222222:3333333333333333",
  key: new Uint8Array(16).fill(4),
  number: 5,
  first: 6,
  count: 7,
  previous: new Uint8Array(32).fill(8),
  continues: true,
  schema: new Uint8Array(32).fill(9),
  epoch: 10,
  hlcMin: 2 ** 32 + 11,
  hlcMax: max,
  root: new Uint8Array(32).fill(12),
};

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof BatchError) return error.code;
    throw error;
  }
  return "accepted";
}

/** The sample with some bytes replaced. */
function altered(at: number, ...values: readonly number[]): Uint8Array {
  const encoded = encodeHeader(sample);
  encoded.set(values, at);
  return encoded;
}

describe("header codec", () => {
  it("gives back every header", () => {
    const same = fc.property(headers, (header) => {
      expect(decodeHeader(encodeHeader(header))).toEqual(header);
    });
    fc.assert(same, { seed: 1 });
  });

  it("lays fields out as documented", () => {
    const encoded = encodeHeader(sample);
    expect(encoded.length).toBe(headerBytes);
    const view = new DataView(encoded.buffer);
    expect([...encoded.subarray(0, 3)]).toEqual([1, 1, 1]);
    expect(encoded[18]).toBe(0x22);
    expect(encoded[34]).toBe(0x33);
    expect(encoded[42]).toBe(4);
    expect(view.getBigUint64(58)).toBe(5n);
    expect(view.getBigUint64(66)).toBe(6n);
    expect(view.getUint32(74)).toBe(7);
    expect(encoded[78]).toBe(8);
    expect(encoded[110]).toBe(9);
    expect(view.getBigUint64(142)).toBe(10n);
    expect(view.getBigUint64(150)).toBe(2n ** 32n + 11n);
    expect(view.getBigUint64(158)).toBe(2n ** 53n - 1n);
    expect(encoded[166]).toBe(12);
  });

  it("keeps nothing of its input, and reads from the middle of a frame", () => {
    const frame = new Uint8Array(headerBytes + 9);
    frame.set(encodeHeader(sample), 9);
    const header = decodeHeader(frame.subarray(9));
    frame.fill(0);
    expect(header).toEqual(sample);
  });

  const refused: readonly (readonly [string, Uint8Array])[] = [
    ["version 0", altered(0, 0)],
    ["version 2", altered(0, 2)],
    ["a reserved flag", altered(1, 2)],
    ["number 0", altered(58, 0, 0, 0, 0, 0, 0, 0, 0)],
    ["first 0", altered(66, 0, 0, 0, 0, 0, 0, 0, 0)],
    ["count 0", altered(74, 0, 0, 0, 0)],
    ["a number of 2^53", altered(58, 0, 0x20, 0, 0, 0, 0, 0, 0)],
    ["a first of 2^64 - 1", altered(66, 255, 255, 255, 255, 255, 255, 255, 255)],
    ["an epoch of 2^53", altered(142, 0, 0x20)],
    ["an HLC of 2^53", altered(158, 0, 0x20, 0, 0, 0, 0, 0, 0)],
    ["hlcMin 0", altered(150, 0, 0, 0, 0, 0, 0, 0, 0)],
    ["hlcMin above hlcMax", altered(158, 0, 0, 0, 0, 0, 0, 0, 1)],
    ["a byte too few", encodeHeader(sample).slice(0, -1)],
    ["a byte too many", new Uint8Array(headerBytes + 1)],
    ["nothing", new Uint8Array(0)],
  ];
  it.each(refused)("refuses %s", (_, encoded) => {
    expect(codeOf(() => decodeHeader(encoded))).toBe("bad-header");
  });

  it.each([
    [{ count: 0 }],
    [{ first: 2 ** 53 }],
    [{ number: 1.5 }],
    [{ hlcMin: 9, hlcMax: 8 }],
    [{ root: new Uint8Array(31) }],
    [{ log: "22222222-2222-4222-8222-222222222222" }],
    [{ version: 2 }],
  ])("does not encode %o", (wrong) => {
    expect(() => encodeHeader({ ...sample, ...wrong })).toThrow(RangeError);
  });

  it("answers any bytes with a header that encodes to them, or bad-header", () => {
    const nearly = fc
      .tuple(headers.map(encodeHeader), fc.nat(headerBytes - 1), fc.nat(255))
      .map(([encoded, at, value]) => {
        encoded[at] = value;
        return encoded;
      });
    const anything = fc.oneof(fc.uint8Array({ maxLength: 300 }), bytes(headerBytes), nearly);
    fc.assert(
      fc.property(anything, (input) => {
        let header: BatchHeader;
        try {
          header = decodeHeader(input);
        } catch (error) {
          expect(error).toBeInstanceOf(BatchError);
          return;
        }
        expect(encodeHeader(header)).toEqual(new Uint8Array(input));
      }),
      { seed: 1, numRuns: 2000 },
    );
  });
});
