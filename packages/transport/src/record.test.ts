import fc from "fast-check";
import { expect, test } from "vitest";
import { frame, RecordReader } from "./record.ts";

const records = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 12 });

test("records come out whole however the stream is chopped", () => {
  fc.assert(
    fc.property(records, fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }), (sent, sizes) => {
      const stream = Buffer.concat(sent.map(frame));
      const reader = new RecordReader(1, 65_535);
      const got: Uint8Array[] = [];
      for (let at = 0, i = 0; at < stream.length; i++) {
        const size = sizes[i % sizes.length]!;
        reader.push(new Uint8Array(stream.subarray(at, at + size)));
        at += size;
        for (let record = reader.next(); record; record = reader.next()) got.push(record);
      }
      expect(got).toEqual(sent);
    }),
  );
});

test("byte by byte, up to the longest", () => {
  const record = new Uint8Array(65_535).fill(3);
  const reader = new RecordReader(1, 65_535);
  const stream = frame(record);
  for (let at = 0; at < stream.length - 1; at++) {
    reader.push(stream.subarray(at, at + 1));
    if (reader.next() !== undefined) throw new Error("early");
  }
  reader.push(stream.subarray(-1));
  expect(reader.next()).toEqual(record);
});

test("lengths out of bounds are refused before their bytes come", () => {
  const reader = new RecordReader(16, 100);
  reader.push(Uint8Array.of(0, 15));
  expect(() => reader.next()).toThrow(expect.objectContaining({ code: "frame-too-small" }));
  const other = new RecordReader(16, 100);
  other.push(Uint8Array.of(0));
  expect(other.next()).toBeUndefined();
  other.push(Uint8Array.of(101));
  expect(() => other.next()).toThrow(expect.objectContaining({ code: "frame-too-large" }));
});
