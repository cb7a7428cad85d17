import { type FigureName, figureNames, figures, type Sample } from "./figures.ts";
import { exponent, median } from "./statistics.ts";
import type { Group, Keeping, Subject } from "./subject.ts";
import { type Target, targetsOf } from "./targets.ts";

/** What one subject showed with so many rows. */
export interface Result {
  readonly name: string;
  readonly title: string;
  readonly group: Group;
  readonly keeps?: Keeping;
  readonly rows: number;
  readonly figures: { readonly [name in FigureName]?: Summary };
  /** Why there are no figures, or fewer rounds than wanted. */
  readonly error?: string;
  /** As measured, round by round. */
  readonly samples: readonly Sample[];
}

export interface Summary {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  /** Rates of rows only: median of each round's own ratio to Y1. */
  readonly ratio?: number;
}

export interface Growth {
  readonly name: string;
  readonly figure: FigureName;
  /** Of the figure over the number of rows; of the time taken where the figure is a rate. 0 is flat, 1 is linear. */
  readonly exponent: number;
}

export interface Report {
  readonly version: 1;
  /** ISO 8601. */
  readonly at: string;
  readonly commit: string | null;
  readonly machine: Machine;
  readonly seed: number;
  readonly results: readonly Result[];
  readonly targets: readonly Target[];
  readonly growth: readonly Growth[];
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
  readonly system: string;
  /** Processes that wanted to run before anything was measured, over the last minute; beyond zero somebody else was at work. */
  readonly load: number;
}

/** One measurement, as it came. */
export interface Measured {
  readonly subject: Subject;
  readonly rows: number;
  readonly round: number;
  readonly outcome: { readonly sample: Sample } | { readonly error: string };
}

/** Figures per subject and number of rows, in the order in which they were first measured. */
export function summarise(measured: readonly Measured[]): Pick<Report, "results" | "targets" | "growth"> {
  const yardstick = new Map<string, number>();
  for (const { subject, rows, round, outcome } of measured) {
    if (subject.name === "y1" && "sample" in outcome && outcome.sample.local !== undefined)
      yardstick.set(`${rows} ${round}`, outcome.sample.local);
  }
  const groups = Map.groupBy(measured, ({ subject, rows }) => `${subject.name} ${rows}`);
  const results = [...groups.values()].map((group) => resultOf(group, yardstick));
  const sizes = Map.groupBy(results, ({ rows }) => rows);
  return { results, targets: [...sizes.values()].flatMap(targetsOf), growth: growthOf(results) };
}

function resultOf(group: readonly Measured[], yardstick: ReadonlyMap<string, number>): Result {
  const { subject, rows } = group[0] as Measured;
  const found = group.flatMap(({ outcome, round }) =>
    "sample" in outcome ? [{ sample: outcome.sample, y1: yardstick.get(`${rows} ${round}`) }] : [],
  );
  const summaries: { [name in FigureName]?: Summary } = {};
  for (const name of figureNames) {
    const values = found.flatMap(({ sample, y1 }) =>
      sample[name] === undefined ? [] : [{ value: sample[name], y1 }],
    );
    if (values.length === 0) continue;
    const ratios = values.flatMap(({ value, y1 }) => (y1 === undefined ? [] : [value / y1]));
    const plain = values.map(({ value }) => value);
    summaries[name] = {
      median: median(plain),
      least: Math.min(...plain),
      most: Math.max(...plain),
      ...(figures[name].unit === "rows/s" && ratios.length > 0 ? { ratio: median(ratios) } : {}),
    };
  }
  const error = group.flatMap(({ outcome }) => ("error" in outcome ? [outcome.error] : []))[0];
  const { name, title, keeps } = subject;
  return {
    name,
    title,
    group: subject.group,
    rows,
    ...(keeps === undefined ? {} : { keeps }),
    figures: summaries,
    ...(error === undefined ? {} : { error }),
    samples: found.map(({ sample }) => sample),
  };
}

function growthOf(results: readonly Result[]): Growth[] {
  return [...Map.groupBy(results, ({ name }) => name)].flatMap(([name, sizes]) =>
    figureNames.flatMap((figure) => {
      const points = sizes.flatMap(({ rows, figures: found }) => {
        const value = found[figure]?.median;
        if (value === undefined) return [];
        return [{ x: rows, y: figures[figure].unit === "rows/s" ? rows / value : value }];
      });
      const found = exponent(points);
      return found === undefined ? [] : [{ name, figure, exponent: found }];
    }),
  );
}
