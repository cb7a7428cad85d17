/** How a figure is written for people. */
export type Unit = "rows/s" | "ops/s" | "B/row" | "bytes" | "ms" | "ratio" | "exponent";

export interface Figure {
  readonly title: string;
  readonly unit: Unit;
  readonly better: "more" | "less";
}

/**
 * Everything that is measured, by name. A rate of rows is compared by its ratio to Y1 of the same round; whatever else
 * there is, as it is.
 */
export const figures = {
  local: { title: "local writes, 1000 a transaction", unit: "rows/s", better: "more" },
  adopted: { title: "adopted rows into the signed log", unit: "rows/s", better: "more" },
  sync: { title: "A to B from empty", unit: "rows/s", better: "more" },
  wire: { title: "on the wire, from empty", unit: "B/row", better: "less" },
  changesMs: { title: "100 changed rows, until visible at B", unit: "ms", better: "less" },
  changesBytes: { title: "100 changed rows, on the wire", unit: "bytes", better: "less" },
  memory: { title: "greatest memory, A and B", unit: "bytes", better: "less" },
  senderMemory: { title: "greatest memory of A", unit: "bytes", better: "less" },
  receiverMemory: { title: "greatest memory of B", unit: "bytes", better: "less" },
  disk: { title: "archive and state to the archive alone", unit: "ratio", better: "less" },
  start: { title: "start to serving", unit: "ms", better: "less" },
  digest: { title: "digest after 100 changes", unit: "ms", better: "less" },
  singleP50: { title: "single durable operation over HTTP, p50", unit: "ms", better: "less" },
  singleP99: { title: "single durable operation over HTTP, p99", unit: "ms", better: "less" },
  counters: { title: "durable increments of counters, 1000 a transaction", unit: "ops/s", better: "more" },
  wholeDigest: { title: "digest of everything, from nothing", unit: "ms", better: "less" },
  writerP50: { title: "the assistant's call on a plain archive, p50", unit: "ms", better: "less" },
  writerTriggers: { title: "its time with triggers", unit: "ratio", better: "less" },
  writerBeside: { title: "its time beside jarvisd", unit: "ratio", better: "less" },
  writerStreaming: { title: "its time while remote rows stream in", unit: "ratio", better: "less" },
  writerWorst: { title: "its longest call while remote rows stream in", unit: "ms", better: "less" },
  peersGrowth: {
    title: "exponent of the time over receivers at once, 1 and 4",
    unit: "exponent",
    better: "less",
  },
  logsGrowth: { title: "exponent of the time over authors, 1 and 4", unit: "exponent", better: "less" },
  gCounterIncrements: {
    title: "a million increments of a GCounter, to the same loop over a Map",
    unit: "ratio",
    better: "less",
  },
  gCounterMerges: {
    title: "a million merged deltas, to the same loop over a Map",
    unit: "ratio",
    better: "less",
  },
  orSetAdds: { title: "adds to an ORSet, to a million elements", unit: "ops/s", better: "more" },
  orSetMerges: { title: "merged deltas of an ORSet, to a million elements", unit: "ops/s", better: "more" },
  orSetRemoves: { title: "removes from an ORSet of a million elements", unit: "ops/s", better: "more" },
  orSetMemory: {
    title: "memory of an ORSet of a million elements to that of a Map",
    unit: "ratio",
    better: "less",
  },
  snapshotEncodes: { title: "snapshot of a million cells, encoded", unit: "ops/s", better: "more" },
  snapshotDecodes: { title: "snapshot of a million cells, decoded", unit: "ops/s", better: "more" },
  counterWrites: {
    title: "increments of a counter, 100,000 or as many as it can",
    unit: "ops/s",
    better: "more",
  },
  mapWrites: { title: "keys of a map, likewise", unit: "ops/s", better: "more" },
  mapLoads: { title: "the map, saved and loaded", unit: "ops/s", better: "more" },
  mapBytes: { title: "a key of the saved map", unit: "B/row", better: "less" },
  setWrites: { title: "elements of a set, likewise", unit: "ops/s", better: "more" },
  setLoads: { title: "the set, saved and loaded", unit: "ops/s", better: "more" },
} as const satisfies Record<string, Figure>;

export type FigureName = keyof typeof figures;

/** What one measurement found; absent is what does not apply. */
export type Sample = { readonly [name in FigureName]?: number };

/** All names in the order in which they are shown. */
export const figureNames = Object.keys(figures) as FigureName[];

/** A figure's value for people: three digits that count. */
export function format(value: number, unit: Unit): string {
  switch (unit) {
    case "rows/s":
    case "ops/s":
      return `${metric(value).trim()} ${unit}`;
    case "B/row":
      return `${value.toFixed(0)} B/row`;
    case "bytes":
      return `${metric(value)}B`;
    case "ms":
      return value >= 10_000 ? `${(value / 1000).toFixed(1)} s` : `${digits(value)} ms`;
    case "exponent":
      return value.toFixed(2);
    case "ratio":
      return `${value.toFixed(2)} ×`;
  }
}

function metric(value: number): string {
  if (value >= 1e9) return `${digits(value / 1e9)} G`;
  if (value >= 1e6) return `${digits(value / 1e6)} M`;
  if (value >= 1e3) return `${digits(value / 1e3)} k`;
  return `${digits(value)} `;
}

function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
