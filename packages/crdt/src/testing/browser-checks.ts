import {
  CrdtError,
  decodeOperation,
  decodeSchema,
  decodeValue,
  encodeOperation,
  encodeSchema,
  encodeValue,
} from "@jarvis-crdt/crdt";
import { checkLaws, type LawStep } from "@jarvis-crdt/crdt/laws";
import { decodeSnapshot, encodeSnapshot } from "@jarvis-crdt/crdt/snapshot";
import { makeSnapshotVectors, snapshotTypes } from "../../vectors/make-snapshot-vectors.ts";
import { makeTypeVectors, picker, types } from "../../vectors/make-type-vectors.ts";
import type { makeVectors } from "../../vectors/make-vectors.ts";

// What the page checks, with what a browser has and nothing else.

export interface GoldenFiles {
  readonly operations: ReturnType<typeof makeVectors>;
  readonly types: unknown;
  readonly snapshots: ReturnType<typeof makeSnapshotVectors>;
}

const histories = 40;

/** What does not hold, one sentence each; and how many things were checked. */
export function check(golden: GoldenFiles): {
  readonly checked: number;
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  let checked = 0;
  const expect = (what: string, holds: () => boolean) => {
    checked++;
    try {
      if (!holds()) problems.push(what);
    } catch (error) {
      problems.push(`${what}: ${error}`);
    }
  };
  const refuses = (what: string, run: () => unknown) =>
    expect(`refuses ${what}`, () => {
      try {
        run();
        return false;
      } catch (error) {
        return error instanceof CrdtError;
      }
    });

  const { operations, snapshots } = golden;
  for (const { bytes } of operations.values) {
    expect(`value ${bytes}`, () => hex(encodeValue(decodeValue(unhex(bytes)))) === bytes);
  }
  for (const { bytes } of operations.operations) {
    const { batch } = operations;
    expect(
      `operation ${bytes}`,
      () => hex(encodeOperation(decodeOperation(unhex(bytes), batch), batch)) === bytes,
    );
  }
  for (const { bytes } of operations.schemas) {
    expect(`schema ${bytes}`, () => hex(encodeSchema(decodeSchema(unhex(bytes)))) === bytes);
  }
  for (const { why, bytes } of operations.refusedValues) refuses(why, () => decodeValue(unhex(bytes)));
  for (const { why, bytes } of operations.refusedOperations)
    refuses(why, () => decodeOperation(unhex(bytes), operations.batch));
  for (const { type, bytes } of snapshots.snapshots) {
    expect(
      `snapshot ${type} ${bytes}`,
      () => hex(encodeSnapshot(type, decodeSnapshot(type, unhex(bytes)))) === bytes,
    );
  }
  for (const { type, why, bytes } of snapshots.refused)
    refuses(`${type}: ${why}`, () => decodeSnapshot(type, unhex(bytes)));
  expect("the golden histories are read alike", () => same(makeTypeVectors(), golden.types));
  expect("the golden snapshots are made alike", () => same(makeSnapshotVectors(), snapshots));

  for (const [name, type] of Object.entries(types)) {
    for (let seed = 1; seed <= histories; seed++) {
      const pick = picker(seed);
      expect(`the laws of ${name}, history ${seed}`, () => {
        checkLaws(
          {
            create: (node) => type.create(node),
            mutate: (container, choice) => {
              const draw = picker(choice);
              const [mutator, ...args] = type.draw(draw);
              const mutators = container as unknown as Record<
                string,
                (...args: readonly unknown[]) => unknown
              >;
              try {
                return mutators[mutator]!(...args);
              } catch (error) {
                if (!(error instanceof CrdtError)) throw error;
                return type.create("nobody").state;
              }
            },
            merge: (container, state) => container.merge(state),
            state: (container) => container.state,
            view: (container) => encodeSnapshot(snapshotTypes[name]!, container.state as never),
          },
          steps(pick),
        );
        return true;
      });
    }
  }
  return { checked, problems };
}

function steps(pick: (below: number) => number): readonly LawStep[] {
  return Array.from({ length: 25 }, (): LawStep => {
    if (pick(2) === 0) return { do: "mutate", at: pick(3), choice: 1 + pick(1_000_000) };
    return pick(2) === 0
      ? { do: "state", from: pick(3), to: pick(3) }
      : { do: "delta", which: pick(20), to: pick(3) };
  });
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function unhex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
