import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CrdtError } from "../error.ts";
import type { Schema } from "../schema.ts";
import { codeOf } from "../testing/code-of.ts";
import { decodeSchema, encodeSchema } from "./schema-codec.ts";
import "../testing/seed.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const unhex = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(" ", ""), "hex"));
const name = fc.string({ unit: "binary", minLength: 1, maxLength: 12 });

const schema: fc.Arbitrary<Schema> = fc
  .uniqueArray(
    fc.tuple(
      name,
      fc.constantFrom("records" as const, "grow-only" as const, "map" as const),
      fc.uniqueArray(name, { maxLength: 6 }),
    ),
    { maxLength: 4, selector: ([table]) => table },
  )
  .map((tables) => ({
    tables: tables.map(([table, kind, columns]) => ({
      name: table,
      kind,
      groups: columns.map((column, i) => ({ name: `g${i}`, columns: [`${i}a${column}`, `${i}b${column}`] })),
    })),
  }));

test("a schema survives", () => {
  fc.assert(
    fc.property(schema, (one) => {
      expect(decodeSchema(encodeSchema(one))).toEqual(one);
    }),
  );
});

test("its bytes", () => {
  const one: Schema = {
    tables: [{ name: "t", kind: "grow-only", groups: [{ name: "g", columns: ["a", "b"] }] }],
  };
  expect(hex(encodeSchema(one))).toBe("01017402010167020161 0162".replaceAll(" ", ""));
});

test("bytes that are accepted are the bytes of what they mean", () => {
  const damaged = fc.tuple(schema, fc.nat(), fc.integer({ min: 0, max: 255 })).map(([one, at, byte]) => {
    const bytes = encodeSchema(one);
    bytes[at % bytes.length] = byte;
    return bytes;
  });
  fc.assert(
    fc.property(damaged, (bytes) => {
      let one: Schema;
      try {
        one = decodeSchema(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(CrdtError);
        return;
      }
      expect(hex(encodeSchema(one))).toBe(hex(bytes));
    }),
    { numRuns: 2000 },
  );
});

describe("refused bytes", () => {
  test.each([
    ["nothing", "", "truncated"],
    ["a byte too many", "0000", "not-canonical"],
    ["257 tables", `8102 ${"00".repeat(1100)}`, "too-large"],
    ["an unknown kind", "01 0174 04 00", "invalid-schema"],
    ["a table without a name", "01 00 01 00 00", "invalid-schema"],
    ["a table twice", "02 0174 01 00 0174 01 00", "invalid-schema"],
    ["a group twice", "01 0174 01 02 0167 01 0161 0167 01 0162", "invalid-schema"],
    ["a column in two groups", "01 0174 01 02 0167 01 0161 0168 01 0161", "invalid-schema"],
    ["a group without columns", "01 0174 01 01 0167 00 00", "invalid-schema"],
    ["65 groups", `01 0174 01 41 ${"00".repeat(300)}`, "too-large"],
    ["2001 columns", `01 0174 01 01 0167 d10f ${"00".repeat(5000)}`, "too-large"],
    ["a malformed name", "01 01ff 01 00", "invalid-value"],
  ])("%s", (_, bytes, code) => {
    expect(codeOf(() => decodeSchema(unhex(bytes)))).toBe(code);
  });
});

test("a schema that is too large is refused", () => {
  const columns = Array.from({ length: 1300 }, (_, i) => String(i));
  const table = (groups: number) => ({
    name: "t",
    kind: "records" as const,
    groups: Array.from({ length: groups }, (_, g) => ({
      name: `${g}`,
      columns: columns.map((c) => `${g}.${c}`),
    })),
  });
  expect(codeOf(() => encodeSchema({ tables: [table(1)] }))).toBe("accepted");
  expect(codeOf(() => encodeSchema({ tables: [table(2)] }))).toBe("too-large");
  expect(codeOf(() => encodeSchema({ tables: [table(65)] }))).toBe("too-large");
  const tables = Array.from({ length: 257 }, (_, i) => ({ name: `${i}`, kind: "map" as const, groups: [] }));
  expect(codeOf(() => encodeSchema({ tables }))).toBe("too-large");
  expect(codeOf(() => decodeSchema(new Uint8Array(1024 * 1024 + 1)))).toBe("too-large");
});
