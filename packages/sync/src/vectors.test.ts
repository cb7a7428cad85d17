import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { makeVectors, messages } from "../vectors/make-vectors.ts";
import { decodeMessage } from "./codec.ts";

const file = fileURLToPath(new URL("../vectors/messages.vectors.json", import.meta.url));
const vectors = JSON.parse(readFileSync(file, "utf8")) as { bytes: string }[];

test("messages are encoded as they were pinned", () => {
  expect(makeVectors()).toEqual(vectors);
});

test("pinned messages are read as they were meant", () => {
  const read = vectors.map(({ bytes }) => decodeMessage(new Uint8Array(Buffer.from(bytes, "hex"))));
  expect(read).toEqual(messages);
});

test("a reader written from the specification alone agrees", () => {
  const reader = fileURLToPath(new URL("../vectors/read.py", import.meta.url));
  expect(execFileSync("python3", [reader, file], { encoding: "utf8" })).toBe(`${messages.length} messages\n`);
});
