import { RawText, Real, sameValue, type Value } from "@jarvis-crdt/crdt";
import { expect, test } from "vitest";
import { jsonOfValue, valueOfJson } from "./value-json.ts";

const values: Value[] = [
  null,
  true,
  5,
  -7,
  2n ** 62n,
  1.5,
  new Real(5),
  new Real(-0),
  new Real(Number.NaN),
  new Real(Number.NEGATIVE_INFINITY),
  "text, é, \u0000",
  new RawText(Uint8Array.of(0xff, 0x41)),
  Uint8Array.of(1, 2, 3),
  [1, [new Real(2)], "x"],
  { $int: "not a number", $$x: 1, plain: Uint8Array.of(9) },
];

test.each(values.map((value) => [JSON.stringify(jsonOfValue(value)), value]))("%s", (text, value) => {
  expect(sameValue(valueOfJson(JSON.parse(text as string)), value as Value)).toBe(true);
});
