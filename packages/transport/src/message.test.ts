import fc from "fast-check";
import { expect, test } from "vitest";
import { TransportError } from "./error.ts";
import { controlPlaintext, MessageReader, splitMessage } from "./message.ts";

test.each([0, 1, 65_513, 65_514, 65_515, 131_032, 131_033, 1_000_000])(
  "a message of %i bytes survives",
  (size) => {
    const message = new Uint8Array(size).map((_, i) => i);
    const reader = new MessageReader(size);
    const plaintexts = [...splitMessage(message)];
    for (const plaintext of plaintexts) expect(plaintext.length).toBeLessThanOrEqual(65_519);
    for (const plaintext of plaintexts.slice(0, -1)) expect(reader.push(plaintext)).toBeUndefined();
    expect(reader.push(plaintexts.at(-1)!)).toEqual(message);
  },
);

test("control records may come between the records of a message", () => {
  const reader = new MessageReader(100_000);
  const [one, two] = [...splitMessage(new Uint8Array(70_000))];
  reader.push(one!);
  expect(reader.push(controlPlaintext({ kind: "alive" }))).toEqual({ kind: "alive" });
  expect(reader.push(controlPlaintext({ kind: "ask" }))).toEqual({ kind: "ask" });
  expect(reader.push(controlPlaintext({ kind: "close", code: "shutdown" }))).toEqual({
    kind: "close",
    code: "shutdown",
  });
  expect(reader.push(two!)).toHaveLength(70_000);
});

const text = (code: string) => [...code].map((character) => character.charCodeAt(0));

test.each<[string, string, number[][]]>([
  ["nothing", "malformed", [[]]],
  ["a reserved flag", "malformed", [[4, 0, 0, 0, 0]]],
  ["no length", "malformed", [[1, 0, 0, 0]]],
  ["a message over the limit", "message-too-large", [[0, 0, 0, 0, 101, 1]]],
  ["4 GiB", "message-too-large", [[0, 255, 255, 255, 255, 1]]],
  ["more than was told", "malformed", [[1, 0, 0, 0, 1, 1, 2]]],
  ["less than was told", "malformed", [[1, 0, 0, 0, 2, 1]]],
  ["a last record that is not marked", "malformed", [[0, 0, 0, 0, 1, 1]]],
  ["an empty record in the middle", "malformed", [[0, 0, 0, 0, 9, 1], [0]]],
  ["an unknown control record", "malformed", [[3, 4]]],
  ["a control record without a kind", "malformed", [[3]]],
  ["a goodbye without a code", "malformed", [[3, 2]]],
  ["a goodbye with an escape sequence", "malformed", [[3, 2, ...text("\u001b[0m")]]],
  ["a goodbye with a long code", "malformed", [[3, 2, ...text("x".repeat(33))]]],
  ["a keep-alive with contents", "malformed", [[3, 1, 1]]],
])("%s is %s", (_, code, plaintexts) => {
  const reader = new MessageReader(100);
  for (const plaintext of plaintexts.slice(0, -1)) reader.push(Uint8Array.from(plaintext));
  expect(() => reader.push(Uint8Array.from(plaintexts.at(-1)!))).toThrow(expect.objectContaining({ code }));
});

test("whatever plaintexts come, the answer is typed", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 12 }), { maxLength: 6 }), (plaintexts) => {
      const reader = new MessageReader(20);
      try {
        for (const plaintext of plaintexts) reader.push(plaintext);
      } catch (error) {
        expect(error).toBeInstanceOf(TransportError);
      }
    }),
    { numRuns: 2000 },
  );
});
