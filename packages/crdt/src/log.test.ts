import fc from "fast-check";
import { expect, test } from "vitest";
import { CrdtError } from "./error.ts";
import { decodeLogId, encodeLogId, incarnationOf, isLogId, logIdBytes, makeLogId, nodeOf } from "./log.ts";
import { log, ownLog } from "./testing/arbitraries.ts";
import "./testing/seed.ts";

test("a log id is 24 bytes and back", () => {
  fc.assert(
    fc.property(log, (one) => {
      const bytes = encodeLogId(one);
      expect(bytes.length).toBe(logIdBytes);
      expect(decodeLogId(bytes)).toBe(one);
    }),
  );
});

test("every 24 bytes are a log id", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 24, maxLength: 24 }), (bytes) => {
      const one = decodeLogId(bytes);
      expect(isLogId(one)).toBe(true);
      expect(encodeLogId(one)).toEqual(bytes);
    }),
  );
});

test("its bytes are those of its digits", () => {
  expect(Buffer.from(encodeLogId(ownLog)).toString("hex")).toBe(ownLog.replaceAll(/[-:]/g, ""));
});

test("the order of the texts is the order of the bytes", () => {
  fc.assert(
    fc.property(log, log, (a, b) => {
      expect(Math.sign(Buffer.compare(encodeLogId(a), encodeLogId(b)))).toBe(a < b ? -1 : a > b ? 1 : 0);
    }),
  );
});

test("it is a node and an incarnation", () => {
  expect(makeLogId(nodeOf(ownLog), incarnationOf(ownLog))).toBe(ownLog);
  expect(nodeOf(ownLog)).toBe("6b1f0c3e-2d4a-4c55-9d11-0a1b2c3d4e5f");
  expect(incarnationOf(ownLog)).toBe("00112233445566aa");
});

test("it is read and written within other bytes", () => {
  const bytes = new Uint8Array(40).fill(0xee);
  encodeLogId(ownLog, bytes, 10);
  expect(decodeLogId(bytes, 10)).toBe(ownLog);
  expect([bytes[9], bytes[34]]).toEqual([0xee, 0xee]);
  expect(() => decodeLogId(bytes, 17)).toThrow(CrdtError);
});

test.each([
  "",
  ownLog.toUpperCase(),
  ownLog.slice(1),
  `${ownLog}0`,
  `${ownLog}\n`,
  ownLog.replace(":", "-"),
  ownLog.replace("6", "g"),
])("%j is none", (text) => {
  expect(isLogId(text)).toBe(false);
  expect(() => encodeLogId(text)).toThrow(CrdtError);
});

test("a refusal does not repeat all of a long text", () => {
  expect(() => makeLogId("x".repeat(10_000), "")).toThrow(/^not a log id: "x{80}"$/);
});
