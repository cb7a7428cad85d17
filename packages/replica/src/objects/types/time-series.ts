import { type SampleCell, TimeSeries, type TimeSeriesState, type Value } from "@jarvis-crdt/crdt";
import type { Intent } from "@jarvis-crdt/store";
import { numberOf, oneValue, twoValues } from "../arguments.ts";
import type { Access, Bases, Kind } from "../kind.ts";

/**
 * Per bucket and node one register, which that node alone writes: the number of samples, their sum, the smallest and the
 * greatest. Whoever records drops his own buckets before the window.
 */
export function timeSeries(width: number, buckets: number): Kind {
  const window = { width, buckets };
  return {
    summary: `samples of the last ${buckets} × ${width} of time: count, sum, smallest, greatest`,
    value: async (bases, access) => {
      const series = new TimeSeries(access.node, window);
      for (const base of bases) {
        const cells = await cellsOf(base, access);
        // What one node recorded under two names are different samples.
        series.merge(cells.map(([bucket, node, cell]) => [bucket, `${node} ${base}`, cell] as const));
      }
      return [...series.summaries()].map((one) => ({ ...one }));
    },
    operations: {
      record: {
        usage: "TIME [VALUE]",
        plan: async (bases, values, access) => {
          const [time, value] =
            values.length === 1 ? [oneValue(values, "time"), 1] : twoValues(values, "a time and a value");
          const series = new TimeSeries(access.node, window);
          for (const base of bases.slice(1)) {
            // So that the window ends where anybody's does; they are not this node's own.
            const cells = await cellsOf(base, access);
            series.merge(cells.map(([bucket, node, cell]) => [bucket, `${node} ${base}`, cell] as const));
          }
          series.merge(await cellsOf(bases[0], access));
          const made = [...series.record(numberOf(time, "time"), numberOf(value, "value"))];
          return [
            ...made.map(([bucket, node, cell]) => write(bases[0], bucket, node, cell)),
            ...(await outdated(bases, access, series, window)),
          ];
        },
      },
    },
  };
}

function write(object: string, bucket: number, node: string, { seq, sum, min, max }: SampleCell): Intent {
  return { kind: "keyed.set", object, key: [bucket, node], value: [seq, sum, min, max] };
}

/** This node's buckets before the window, which nobody reads any more. */
async function outdated(
  bases: Bases,
  access: Access,
  series: TimeSeries,
  window: { readonly width: number; readonly buckets: number },
): Promise<readonly Intent[]> {
  const newest = [...series.summaries()].at(-1);
  if (newest === undefined) return [];
  const first = Math.round(newest.from / window.width) - window.buckets + 1;
  const intents: Intent[] = [];
  for (const object of bases) {
    for (const [bucket, node] of await cellsOf(object, access)) {
      if (node === access.node && bucket < first)
        intents.push({ kind: "keyed.remove", object, key: [bucket, node] });
    }
  }
  return intents;
}

async function cellsOf(
  base: string,
  access: Access,
): Promise<readonly (readonly [number, string, SampleCell])[]> {
  const cells: (readonly [number, string, SampleCell])[] = [];
  for (const { key, entries } of await access.cells("keyed", base)) {
    for (const { value } of entries) {
      const cell = cellOf(key, value);
      if (cell !== undefined) cells.push(cell);
    }
  }
  return cells;
}

/** What another node may have made up is left out unless it is such a cell. */
function cellOf(key: Value, value: Value): readonly [number, string, SampleCell] | undefined {
  if (!Array.isArray(key) || !Array.isArray(value)) return undefined;
  const [bucket, node] = key as readonly Value[];
  const [seq, sum, min, max] = (value as readonly Value[]).map(Number);
  if (typeof bucket !== "number" || typeof node !== "string") return undefined;
  const state = [[bucket, node, { seq, sum, min, max }]] as TimeSeriesState;
  try {
    new TimeSeries("", { width: 1, buckets: 1 }).merge(state);
  } catch {
    return undefined;
  }
  return [bucket, node, { seq, sum, min, max } as SampleCell];
}
