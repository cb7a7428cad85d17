import { expect, test } from "vitest";
import { parseDuration, parseSize } from "./units.ts";

test.each([
  ["10MB", 10_000_000],
  ["10 MB", 10_000_000],
  ["1.5KiB", 1536],
  ["0B", 0],
  [512, 512],
  ["10mb", undefined],
  ["MB", undefined],
  ["-1MB", undefined],
  ["1e3MB", undefined],
  ["10", undefined],
  [-1, undefined],
  [Number.NaN, undefined],
  ["999999999999GB", undefined],
])("size %s", (input, bytes) => expect(parseSize(input)).toBe(bytes));

test.each([
  ["1h", 3_600_000],
  ["90s", 90_000],
  ["250ms", 250],
  ["1.5d", 129_600_000],
  ["5m", 300_000],
  ["1", undefined],
  ["1 hour", undefined],
  ["constructor", undefined],
  ["1toString", undefined],
])("duration %s", (input, ms) => expect(parseDuration(input)).toBe(ms));
