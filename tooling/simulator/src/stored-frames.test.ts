import { compressor } from "@jarvis-crdt/security";
import { expect, test } from "vitest";
import { checkZstdFrame } from "../../../packages/batch/src/zstd-frame.ts";
import { storedFrames } from "./stored-frames.ts";

test.each([1, 5, 255, 256, 70_000, 128 * 1024, 300_000])("%i bytes are a frame that zstd reads", (length) => {
  const bytes = Uint8Array.from({ length }, (_, i) => i % 251);
  const frame = storedFrames.deflate(bytes);
  checkZstdFrame(frame, length);
  expect(new Uint8Array(compressor.inflate(frame, length))).toEqual(bytes);
  expect(storedFrames.inflate(frame, length)).toEqual(bytes);
  expect(() => storedFrames.inflate(frame, length - 1)).toThrow();
});
