import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { makeSnapshotVectors } from "../vectors/make-snapshot-vectors.ts";
import { makeTypeVectors } from "../vectors/make-type-vectors.ts";
import { makeVectors } from "../vectors/make-vectors.ts";
import { decodeOperation, encodeOperation } from "./codec/operation-codec.ts";
import { decodeSchema, encodeSchema } from "./codec/schema-codec.ts";
import { decodeValue, encodeValue } from "./codec/value-codec.ts";
import { CrdtError } from "./error.ts";
import { decodeSnapshot, encodeSnapshot } from "./snapshot/snapshot.ts";

type Vectors = ReturnType<typeof makeVectors>;

const file = new URL("../vectors/operations.vectors.json", import.meta.url);
const reader = fileURLToPath(new URL("../vectors/read.py", import.meta.url));
const vectors = JSON.parse(readFileSync(file, "utf8")) as Vectors;
const hasPython = spawnSync("python3", ["--version"]).status === 0;
const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
const hex = (data: Uint8Array) => Buffer.from(data).toString("hex");

describe("golden vectors", () => {
  test("are what this version makes", () => {
    expect(JSON.parse(JSON.stringify(makeVectors()))).toEqual(vectors);
  });

  test("are read and made again", () => {
    for (const { bytes: data } of vectors.values) {
      expect(hex(encodeValue(decodeValue(bytes(data))))).toBe(data);
    }
    for (const { bytes: data } of vectors.operations) {
      expect(hex(encodeOperation(decodeOperation(bytes(data), vectors.batch), vectors.batch))).toBe(data);
    }
    for (const { bytes: data, schema } of vectors.schemas) {
      expect(decodeSchema(bytes(data))).toEqual(schema);
      expect(hex(encodeSchema(schema))).toBe(data);
    }
  });

  test("hold bytes that are refused", () => {
    for (const { why, bytes: data } of vectors.refusedValues) {
      expect(() => decodeValue(bytes(data)), why).toThrow(CrdtError);
    }
    for (const { why, bytes: data } of vectors.refusedOperations) {
      expect(() => decodeOperation(bytes(data), vectors.batch), why).toThrow(CrdtError);
    }
    for (const { why, bytes: data } of vectors.refusedSchemas) {
      expect(() => decodeSchema(bytes(data)), why).toThrow(CrdtError);
    }
  });

  test.skipIf(!hasPython)("are read alike by an independent reader (needs python3)", () => {
    const run = spawnSync("python3", [reader], { encoding: "utf8" });
    expect(run.stderr).toBe("");
    expect(run.status).toBe(0);
    expect(run.stdout.trim().split("\n")).toEqual([
      `${vectors.values.length} values read, ${vectors.refusedValues.length} refused`,
      `${vectors.operations.length} operations read, ${vectors.refusedOperations.length} refused`,
      `${vectors.schemas.length} schemas read, ${vectors.refusedSchemas.length} refused`,
    ]);
  });
});

describe("golden histories of the types", () => {
  const histories = JSON.parse(
    readFileSync(new URL("../vectors/types.vectors.json", import.meta.url), "utf8"),
  );

  test("are what this version reads", () => {
    expect(JSON.parse(JSON.stringify(makeTypeVectors()))).toEqual(histories);
  });

  test.skipIf(!hasPython)("are read alike by an independent specification (needs python3)", () => {
    const specification = fileURLToPath(new URL("../vectors/read_types.py", import.meta.url));
    const run = spawnSync("python3", [specification], { encoding: "utf8" });
    expect(run.stderr).toBe("");
    expect(run.stdout).toBe("48 histories of 16 types, 1440 steps\n");
  });
});

describe("golden snapshots", () => {
  const vectors = JSON.parse(
    readFileSync(new URL("../vectors/snapshots.vectors.json", import.meta.url), "utf8"),
  ) as ReturnType<typeof makeSnapshotVectors>;

  test("are what this version makes, and come back", () => {
    expect(JSON.parse(JSON.stringify(makeSnapshotVectors()))).toEqual(vectors);
    for (const { type, bytes: data } of vectors.snapshots) {
      expect(hex(encodeSnapshot(type, decodeSnapshot(type, bytes(data))))).toBe(data);
    }
    for (const { type, why, bytes: data } of vectors.refused) {
      expect(() => decodeSnapshot(type, bytes(data)), why).toThrow(CrdtError);
    }
  });

  test.skipIf(!hasPython)("are read alike by an independent reader (needs python3)", () => {
    const script = fileURLToPath(new URL("../vectors/read_snapshots.py", import.meta.url));
    const run = spawnSync("python3", [script], { encoding: "utf8" });
    expect(run.stderr).toBe("");
    expect(run.stdout).toBe("64 snapshots of 16 types read, 19 refused\n");
  });
});
