import { describe, expect, test } from "vitest";
import { codeOf } from "../testing/code-of.ts";
import { type Done, testType } from "../testing/type-tests.ts";
import type { Value } from "../value.ts";
import { TimeSeries, type TimeSeriesState } from "./time-series.ts";

const window = { width: 10, buckets: 3 };
type Op = { readonly time: number; readonly value: number };

// The samples of the last three buckets, counted from the newest sample of all.
function summaries(done: readonly Done<Op>[]): Value {
  const bucketOf = ({ time }: Op) => Math.floor(time / window.width);
  const newest = Math.max(...done.map(({ op }) => bucketOf(op)));
  return [newest - 2, newest - 1, newest].flatMap((bucket) => {
    const values = done.filter(({ op }) => bucketOf(op) === bucket).map(({ op }) => op.value);
    if (values.length === 0) return [];
    const sum = values.reduce((a, b) => a + b, 0);
    const [min, max] = [Math.min(...values), Math.max(...values)];
    return [{ from: bucket * window.width, count: values.length, sum, min, max }];
  });
}

describe("TimeSeries", () => {
  testType<TimeSeries, TimeSeriesState, Op>({
    create: (node) => new TimeSeries(node, window),
    mutate: (series, choice) => {
      const op = { time: choice * 3 - 10, value: (choice % 7) - 3 };
      return [op, series.record(op.time, op.value)];
    },
    merge: (series, state) => series.merge(state),
    state: (series) => series.state,
    read: (series) => [...series.summaries()].map((summary) => ({ ...summary })),
    internals: (state) =>
      Object.fromEntries(
        [...state].map(([bucket, node, { seq, sum, min, max }]) => [
          `${bucket}/${node}`,
          [seq, sum, min, max],
        ]),
      ),
    meaning: summaries,
  });

  test("is bounded, whatever comes", () => {
    const [a, b] = [new TimeSeries("a", window), new TimeSeries("b", window)];
    for (let time = 0; time < 1000; time++) {
      b.merge(a.record(time));
      b.record(time, 2);
    }
    expect([...b.state].length).toBe(6);
    expect([...b.summaries()].map(({ from, count }) => [from, count])).toEqual([
      [970, 20],
      [980, 20],
      [990, 20],
    ]);
    expect([[...b.record(969)], b.merge([[96, "c", { seq: 1, sum: 1, min: 1, max: 1 }]])]).toEqual([
      [],
      false,
    ]);
  });

  test("sums are equal bit by bit, whoever was heard first", () => {
    const deltas = [0.1, 0.2, 0.3].map((value, i) => new TimeSeries(`${i}`, window).record(0, value));
    const [a, b] = [new TimeSeries("x", window), new TimeSeries("y", window)];
    for (const delta of deltas) a.merge(delta);
    for (const delta of deltas.reverse()) b.merge(delta);
    expect([...a.summaries()]).toEqual([...b.summaries()]);
  });

  test("refuses what is no sample, no window and no cell", () => {
    const series = new TimeSeries("a", window);
    expect(codeOf(() => series.record(Number.NaN))).toBe("invalid-value");
    expect(codeOf(() => series.record(0, Number.POSITIVE_INFINITY))).toBe("invalid-value");
    series.record(0, Number.MAX_VALUE);
    expect(codeOf(() => series.record(0, Number.MAX_VALUE))).toBe("overflow");
    for (const bad of [
      { width: 0, buckets: 1 },
      { width: 1, buckets: 0 },
      { width: Number.NaN, buckets: 1 },
    ]) {
      expect(codeOf(() => new TimeSeries("a", bad))).toBe("invalid-value");
    }
    const good = { seq: 1, sum: 1, min: 1, max: 1 };
    for (const bad of [{ seq: 0 }, { sum: Number.NaN }, { min: 2 }, { max: Number.POSITIVE_INFINITY }]) {
      const state: TimeSeriesState = [
        [0, "b", good],
        [0, "c", { ...good, ...bad }],
      ];
      expect(codeOf(() => series.merge(state))).toBe("invalid-value");
    }
    expect([...series.state].length).toBe(1);
  });
});
