import fc from "fast-check";
import { Unpackr } from "msgpackr";
import { expect, test } from "vitest";
import { decodeMessage, encodeMessage } from "./codec.ts";
import { SyncError } from "./error.ts";
import { messageLimits } from "./limits.ts";
import { encodeTokens, type Token } from "./msgpack.ts";
import { message } from "./testing/arbitrary.ts";
import { logName } from "./testing/fake.ts";

test("every message survives the wire", () => {
  fc.assert(fc.property(message, (one) => void expect(decodeMessage(encodeMessage(one))).toEqual(one)));
});

test("an independent MessagePack library reads what we write", () => {
  const reader = new Unpackr({ useRecords: false, int64AsType: "number" });
  fc.assert(
    fc.property(message, (one) => {
      const encoded = encodeMessage(one);
      expect(encodeTokens(reader.unpack(encoded.slice()) as Token)).toEqual(encoded);
    }),
  );
});

test("long bodies use the wide length", () => {
  const body = new Uint8Array(70_000).fill(9);
  const envelope = {
    header: new Uint8Array(198),
    signature: new Uint8Array(64),
    codec: 1,
    rawLength: 9,
    body,
  };
  expect(decodeMessage(encodeMessage({ type: "batch", envelope }))).toEqual({ type: "batch", envelope });
});

test("ids do not keep their message alive, bodies do", () => {
  const encoded = encodeMessage({
    type: "ack",
    entries: [{ log: logName(1), seq: 1, batch: new Uint8Array(32) }],
  });
  const decoded = decodeMessage(encoded);
  expect(decoded.type === "ack" && decoded.entries[0]!.batch.buffer).not.toBe(encoded.buffer);
});

function codeOf(encoded: Uint8Array): string {
  try {
    const decoded = decodeMessage(encoded);
    // A hello may say more than this version understands; all else has one encoding.
    if (decoded.type !== "hello") expect(Buffer.compare(encodeMessage(decoded), encoded)).toBe(0);
  } catch (error) {
    if (error instanceof SyncError) return error.code;
    throw error;
  }
  return "accepted";
}

const zeros = (length: number) => new Uint8Array(length);
const hello = (...rest: Token[]): Token => [1, 1, zeros(16), zeros(16), [], 5, ...rest];

test.each<[string, string, Uint8Array | Token]>([
  ["nothing", "malformed", zeros(0)],
  ["a number", "malformed", 7],
  ["an empty array", "malformed", []],
  ["a number unknown", "unknown-message", [99]],
  ["a map", "malformed", Uint8Array.of(0x81, 1, 1)],
  ["an extension", "malformed", Uint8Array.of(0x91, 0xd4, 0x72, 0x40)],
  ["a float", "malformed", Uint8Array.of(0x92, 6, 0xcb, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0)],
  ["a negative integer", "malformed", Uint8Array.of(0x92, 6, 0xff)],
  ["a byte behind the message", "malformed", Uint8Array.of(0x92, 6, 1, 0)],
  ["a missing byte", "malformed", Uint8Array.of(0x92, 6)],
  ["an integer of 2^53", "malformed", Uint8Array.of(0x92, 6, 0xcf, 0, 0x20, 0, 0, 0, 0, 0, 0)],
  ["an array that claims 60,000 elements", "too-many", Uint8Array.of(0x92, 2, 0xdc, 0xea, 0x60)],
  ["an array with a 32-bit length", "malformed", Uint8Array.of(0x92, 2, 0xdd, 0xff, 0xff, 0xff, 0xff)],
  ["bytes that claim 4 GiB", "malformed", Uint8Array.of(0x92, 6, 0xc6, 0xff, 0xff, 0xff, 0xff)],
  ["arrays in arrays in arrays", "too-many", new Uint8Array(100_000).fill(0x91)],
  ["a number longer than it needs to be", "malformed", Uint8Array.of(0x92, 6, 0xcc, 1)],
  ["a text longer than it needs to be", "malformed", Uint8Array.of(0x93, 8, 0xd9, 1, 0x61, 0xa0)],
  ["a length longer than it needs to be", "malformed", Uint8Array.of(0x92, 7, 0xdc, 0, 0)],
  ["a message over the limit", "too-large", zeros(messageLimits.bytes + 1)],
  ["an escape sequence in text", "malformed", Uint8Array.of(0x93, 8, 0xa1, 0x61, 0xa1, 0x1b)],
  ["text that is not ASCII", "malformed", Uint8Array.of(0x93, 8, 0xa1, 0x61, 0xa1, 0xff)],
  ["credit beyond bounds", "malformed", [6, messageLimits.credit + 1]],
  ["credit with an extra element", "malformed", [6, 1, 1]],
  ["a short log id", "malformed", [7, [[zeros(23), 1, zeros(32)]]]],
  ["2001 entries", "malformed", [7, Array.from({ length: 2001 }, () => [zeros(24), 1, zeros(32)])]],
  ["a certificate of 2049 bytes", "malformed", [3, zeros(16), zeros(2049)]],
  ["a signature of 63 bytes", "malformed", [5, zeros(198), zeros(63), 1, 1, zeros(1)]],
  [
    "a body that claims to unpack to a gigabyte",
    "malformed",
    [5, zeros(198), zeros(64), 1, 2 ** 30, zeros(1)],
  ],
  ["a code with capitals", "malformed", [8, "BYE", ""]],
  ["hello of this version", "accepted", hello()],
  ["hello of a later version with more to say", "accepted", hello(["more"], null, true)],
])("%s is %s", (_, code, input) => {
  expect(codeOf(input instanceof Uint8Array ? input : encodeTokens(input))).toBe(code);
});

test("whatever bytes come, the answer is a message or a typed error", () => {
  const mutated = fc
    .tuple(message, fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 4 }), fc.nat())
    .map(([one, changes, cut]) => {
      const encoded = encodeMessage(one);
      for (const [at, value] of changes) encoded[at % encoded.length] = value;
      return cut % 5 === 0 ? encoded.subarray(0, cut % encoded.length) : encoded;
    });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), mutated), (input) => void codeOf(input)),
    { numRuns: 2000 },
  );
});
