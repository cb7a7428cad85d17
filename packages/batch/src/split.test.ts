import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BatchError } from "./error.ts";
import { acceptRawBytes, closeBytes, closeOperations } from "./limits.ts";
import { splitTransaction } from "./split.ts";

const sized = (...lengths: readonly number[]) => lengths.map((length) => new Uint8Array(length));

describe("splitTransaction", () => {
  it("makes nothing of nothing", () => {
    expect(splitTransaction([])).toEqual([]);
  });

  it("closes at 1000 operations", () => {
    const shape = (count: number) =>
      splitTransaction(sized(...new Array<number>(count).fill(1))).map((run) => [
        run.start,
        run.operations.length,
        run.continues,
      ]);
    expect(shape(1000)).toEqual([[0, 1000, false]]);
    expect(shape(1001)).toEqual([
      [0, 1000, true],
      [1000, 1, false],
    ]);
  });

  it("closes before 256 KiB are exceeded", () => {
    const counts = (...lengths: number[]) =>
      splitTransaction(sized(...lengths)).map((run) => run.operations.length);
    expect(counts(closeBytes - 1, 1)).toEqual([2]);
    expect(counts(closeBytes - 1, 2)).toEqual([1, 1]);
    expect(counts(1, closeBytes + 1, 1)).toEqual([1, 1, 1]);
  });

  it("keeps order, loses nothing, and cuts no earlier than it must", () => {
    const lengths = fc.array(
      fc.oneof(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1, max: 300_000 })),
      {
        maxLength: 60,
      },
    );
    const property = fc.property(lengths, (list) => {
      const operations = sized(...list);
      const runs = splitTransaction(operations);
      const joined = runs.flatMap((run) => run.operations);
      expect(joined.length).toBe(operations.length);
      expect(joined.every((operation, i) => operation === operations[i])).toBe(true);
      const bytes = runs.map((run) => run.operations.reduce((sum, operation) => sum + operation.length, 0));
      runs.forEach((run, i) => {
        expect(operations[run.start] === run.operations[0]).toBe(true);
        expect(run.continues).toBe(i < runs.length - 1);
        expect(run.operations.length).toBeLessThanOrEqual(closeOperations);
        if (run.operations.length > 1) expect(bytes[i]).toBeLessThanOrEqual(closeBytes);
        const next = runs[i + 1]?.operations[0];
        if (next !== undefined) expect(bytes[i]! + next.length).toBeGreaterThan(closeBytes);
      });
    });
    fc.assert(property, { seed: 1 });
  });

  it("takes the longest operation that a batch holds, and refuses one byte more", () => {
    expect(splitTransaction(sized(acceptRawBytes - 4))).toHaveLength(1);
    const tooLong = () => splitTransaction(sized(1, acceptRawBytes - 3));
    expect(tooLong).toThrow(BatchError);
    expect(tooLong).toThrow(expect.objectContaining({ code: "too-large" }));
  });
});
