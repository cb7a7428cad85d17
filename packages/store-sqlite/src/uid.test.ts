import { expect, test } from "vitest";
import { uidOfInsert, uidText } from "./uid.ts";

const token = Uint8Array.from({ length: 16 }, (_, i) => 0xf0 + i);

test("a uid is the time and the beginning of the token", () => {
  expect(uidText(uidOfInsert(0x01_02_03_04_05_06, token))).toBe("010203040506f0f1f2f3f4f5f6f7f8f9");
});

test.each([
  [-5, "000000000000"],
  [2 ** 60, "ffffffffffff"],
  [1.5, "000000000002"],
])("a time of %s is brought into its bounds", (time, begin) => {
  expect(uidText(uidOfInsert(time, token)).slice(0, 12)).toBe(begin);
});

test("a token that is too short is filled up", () => {
  expect(uidText(uidOfInsert(1, new Uint8Array([7])))).toBe(`00000000000107${"0".repeat(18)}`);
});
