import { expect, test } from "vitest";
import { bytesText } from "./bytes-text.ts";

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.00 kB"],
  [2_277_376, "2.28 MB"],
  [999_499, "999 kB"],
  [999_501, "1.00 MB"],
  [80_089e6, "80.1 GB"],
])("%d bytes are %s", (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});
