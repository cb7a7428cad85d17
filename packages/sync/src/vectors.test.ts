import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { testCrypto } from "@jarvis-crdt/batch/testing";
import { expect, test } from "vitest";
import { makeFrontierVectors, makeVectors, messages } from "../vectors/make-vectors.ts";
import { decodeMessage } from "./codec.ts";
import type { Message } from "./message.ts";

const file = fileURLToPath(new URL("../vectors/messages.vectors.json", import.meta.url));
const vectors = JSON.parse(readFileSync(file, "utf8")) as { bytes: string }[];

const frontierFile = fileURLToPath(new URL("../vectors/frontier.vectors.json", import.meta.url));

test("messages are encoded as they were pinned", () => {
  expect(makeVectors()).toEqual(vectors);
});

test("each kind of message is pinned", () => {
  const kinds: Record<Message["type"], true> = {
    hello: true,
    have: true,
    certificate: true,
    schema: true,
    batch: true,
    credit: true,
    ack: true,
    bye: true,
    quiet: true,
    ask: true,
    told: true,
    clock: true,
    branch: true,
    leaves: true,
    inquire: true,
    spent: true,
    forked: true,
    history: true,
    shown: true,
  };
  expect(new Set(messages.map(({ type }) => type))).toEqual(new Set(Object.keys(kinds)));
});

test("pinned messages are read as they were meant", () => {
  const read = vectors.map(({ bytes }) => decodeMessage(new Uint8Array(Buffer.from(bytes, "hex"))));
  expect(read).toEqual(messages);
});

test("a reader written from the specification alone agrees", () => {
  const reader = fileURLToPath(new URL("../vectors/read.py", import.meta.url));
  expect(execFileSync("python3", [reader, file], { encoding: "utf8" })).toBe(`${messages.length} messages\n`);
});

test("frontier trees have the hashes that were pinned, and those of a reader written from the specification", () => {
  const pinned = JSON.parse(readFileSync(frontierFile, "utf8")) as unknown[];
  expect(makeFrontierVectors(testCrypto().hasher)).toEqual(pinned);
  const reader = fileURLToPath(new URL("../vectors/read_frontiers.py", import.meta.url));
  expect(execFileSync("python3", [reader, frontierFile], { encoding: "utf8" })).toBe(
    `${pinned.length} frontiers\n`,
  );
});
