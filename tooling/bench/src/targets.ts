import { type FigureName, figures, format } from "./figures.ts";
import type { Result } from "./report.ts";

/** What we want to reach, and where the figure stands. */
export interface Target {
  readonly name: string;
  readonly rows: number;
  readonly figure: FigureName;
  /** The figure, or the ratio to what it is compared with. */
  readonly reached: number;
  /** Not less than this of more is better, else not more than it. */
  readonly wanted: number;
  readonly met: boolean;
  /** For people: what was reached, and what shall be. */
  readonly text: readonly [reached: string, wanted: string];
}

interface Wish {
  readonly figure: FigureName;
  readonly wanted: number;
  readonly names: readonly string[];
  /** As a ratio to the median of what others reach; absent: the figure itself. */
  readonly of?: { readonly title: string; readonly median: (all: readonly Result[]) => number | undefined };
}

const localOf = (name: string) => (all: readonly Result[]) =>
  all.find((result) => result.name === name)?.figures.local?.median;

const y1 = { title: "Y1", median: localOf("y1") };
const raw = { title: "raw", median: localOf("raw") };
/** The fastest of the libraries that merge field by field, as we do. */
const perField = {
  title: "the best that merges per field",
  median: (all: readonly Result[]) => {
    const rates = all.flatMap(({ group, keeps, figures: found }) =>
      group === "peers" && keeps?.merges === "field" && found.sync !== undefined ? [found.sync.median] : [],
    );
    return rates.length === 0 ? undefined : Math.max(...rates);
  },
};

const nodes = ["own", "adopted"];

const wishes: readonly Wish[] = [
  { figure: "sync", names: nodes, wanted: 2, of: y1 },
  { figure: "sync", names: nodes, wanted: 0.75, of: raw },
  { figure: "sync", names: nodes, wanted: 1, of: perField },
  { figure: "local", names: ["store"], wanted: 1, of: y1 },
  { figure: "local", names: ["store"], wanted: 0.85, of: raw },
  { figure: "changesMs", names: nodes, wanted: 10 },
  { figure: "changesBytes", names: nodes, wanted: 25_000 },
  { figure: "wire", names: nodes, wanted: 240 },
  { figure: "receiverMemory", names: nodes, wanted: 160e6 },
  { figure: "disk", names: nodes, wanted: 1.45 },
  { figure: "singleP50", names: nodes, wanted: 1 },
  { figure: "singleP99", names: nodes, wanted: 5 },
  { figure: "start", names: nodes, wanted: 1000 },
  { figure: "counters", names: ["store"], wanted: 500_000 },
  { figure: "gCounterIncrements", names: ["types"], wanted: 2 },
  { figure: "gCounterMerges", names: ["types"], wanted: 2 },
  { figure: "orSetMemory", names: ["types"], wanted: 3 },
  { figure: "snapshotEncodes", names: ["types"], wanted: 1e6 },
  { figure: "snapshotDecodes", names: ["types"], wanted: 1e6 },
  { figure: "writerTriggers", names: ["assistant"], wanted: 1.05 },
  { figure: "writerBeside", names: ["assistant"], wanted: 1.05 },
];

/** Every target that something of this number of rows can be held to. */
export function targetsOf(results: readonly Result[]): Target[] {
  return wishes.flatMap(({ figure, wanted, names, of }) =>
    results.flatMap((result): Target[] => {
      const value = result.figures[figure]?.median;
      if (!names.includes(result.name) || value === undefined) return [];
      const reference = of === undefined ? 1 : of.median(results);
      if (reference === undefined) return [];
      const reached = value / reference;
      const more = figures[figure].better === "more";
      const show = (one: number) =>
        of === undefined ? format(one, figures[figure].unit) : `${one.toFixed(2)} × ${of.title}`;
      return [
        {
          name: result.name,
          rows: result.rows,
          figure,
          reached,
          wanted,
          met: more ? reached >= wanted : reached <= wanted,
          text: [show(reached), `${more ? "≥" : "≤"} ${show(wanted)}`],
        },
      ];
    }),
  );
}
