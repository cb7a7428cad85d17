import { expect, test } from "vitest";
import { maxPieceBytes, maxRowBytes, minPiecedBytes } from "./limits.ts";
import { cutValues, joinPieces, Pieced, pieceLengths } from "./pieces.ts";
import { RawText, type Value } from "./value.ts";

function rejoined(values: readonly Value[]): readonly Value[] {
  const cut = cutValues(values);
  if (cut === undefined) return values;
  const pieced = cut.values.filter((column) => column instanceof Pieced).map(({ length }) => length);
  expect(cut.pieces.map(({ length }) => length)).toEqual(pieceLengths(pieced));
  const all = Buffer.concat(cut.pieces);
  let at = 0;
  return cut.values.map((column) => {
    if (!(column instanceof Pieced)) return column;
    at += column.length;
    return joinPieces(column.form, new Uint8Array(all.subarray(at - column.length, at)));
  });
}

test("values that fit are not cut", () => {
  expect(cutValues([null, 1, "x".repeat(maxPieceBytes), new Uint8Array(maxPieceBytes)])).toBeUndefined();
});

test("long values come together again as they were", () => {
  const values = [
    "short",
    "größe €".repeat(20_000),
    new Uint8Array(maxPieceBytes + 1).fill(7),
    new RawText(new Uint8Array(2 * maxPieceBytes).fill(0x80)),
    0.5,
    "𐀀".repeat(maxPieceBytes / 2),
  ];
  expect(cutValues(values)?.values[0]).toBe("short");
  expect(rejoined(values)).toEqual(values);
});

test("many values of middle length are cut as well, where together they would not fit", () => {
  const values = Array.from({ length: 100 }, (_, i) => `${i}`.padEnd(60_000));
  expect(rejoined([...values, "x".repeat(minPiecedBytes)])).toEqual([...values, "x".repeat(minPiecedBytes)]);
  expect(cutValues(values)?.values.every((column) => column instanceof Pieced)).toBe(true);
});

test("a row that no operation can carry is left as it is", () => {
  expect(cutValues([new Uint8Array(maxRowBytes)])?.pieces.length).toBe(
    Math.ceil(maxRowBytes / maxPieceBytes),
  );
  expect(cutValues([new Uint8Array(maxRowBytes), "x"])?.values[1]).toBe("x");
  expect(cutValues([new Uint8Array(maxRowBytes), new Uint8Array(maxPieceBytes + 1)])).toBeUndefined();
});

test("a lone surrogate is refused", () => {
  expect(() => cutValues(["\ud800".repeat(maxPieceBytes)])).toThrow("surrogate");
});
