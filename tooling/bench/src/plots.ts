import { type FigureName, figures, format } from "./figures.ts";
import { bars } from "./plot/bars.ts";
import { lines } from "./plot/lines.ts";
import { colors } from "./plot/svg.ts";
import type { Report, Result } from "./report.ts";

/** The report as pictures, by file name. */
export function plots(report: Report): ReadonlyMap<string, string> {
  const pictures = new Map<string, string>();
  for (const [rows, results] of Map.groupBy(report.results, (result) => result.rows)) {
    const picture = synchronisation(rows, results);
    if (picture !== undefined) pictures.set(`sync-${rows}.svg`, picture);
  }
  const growing: [name: string, figure: FigureName, title: string][] = [
    ["time.svg", "sync", "Time until everything is at B"],
    ["memory.svg", "memory", "Greatest memory, A and B"],
    ["changes.svg", "changesMs", "100 changed rows, until visible at B"],
  ];
  for (const [name, figure, title] of growing) {
    const picture = growth(report, figure, title);
    if (picture !== undefined) pictures.set(name, picture);
  }
  return pictures;
}

const thousands = (value: number) =>
  value >= 1e6 ? `${value / 1e6} M` : value >= 1e3 ? `${value / 1e3} k` : `${value}`;

function synchronisation(rows: number, results: readonly Result[]): string | undefined {
  const shown = results.filter(({ name, figures }) => figures.sync !== undefined && name !== "y2");
  if (shown.length === 0) return undefined;
  const y1 = results.find(({ name }) => name === "y1")?.figures.local?.median;
  return bars({
    title: `A to B from empty, ${rows.toLocaleString("en")} rows`,
    subtitle: "rows a second, median of the rounds; thin line: least to greatest round. Longer is better.",
    bars: shown.map((result) => {
      const { median, least, most, ratio } = result.figures.sync as NonNullable<Result["figures"]["sync"]>;
      const ours = result.group === "ourselves";
      return {
        label: result.title,
        note: note(result),
        value: median,
        range: [least, most],
        figure: `${thousands(Number(median.toPrecision(3)))}/s${ratio === undefined ? "" : `  ${ratio.toFixed(2)} × Y1`}`,
        color: ours ? colors.ours[0] : colors.others[5],
        strong: ours,
      };
    }),
    ...(y1 === undefined ? {} : { mark: { value: y1, label: "Y1: plain INSERTs into SQLite" } }),
    tick: thousands,
  });
}

function note({ keeps }: Result): string {
  if (keeps === undefined) return "";
  const { durable, signed, encrypted, merges } = keeps;
  const kept = [durable && "durable", signed && "signed", encrypted && "encrypted"].filter(Boolean);
  return `${kept.join(", ") || "in memory only"} · merges by ${merges}`;
}

function growth(report: Report, figure: FigureName, title: string): string | undefined {
  const { unit } = figures[figure];
  const rate = unit === "rows/s";
  const measured = report.results.filter(({ group }) => group !== "yardsticks");
  const subjects = [...Map.groupBy(measured, ({ name }) => name)].map(([name, results]) => ({
    name,
    ours: results[0]?.group === "ourselves",
    points: results.flatMap(({ rows, figures: found }) => {
      const value = found[figure]?.median;
      return value === undefined ? [] : [{ x: rows, y: rate ? (rows / value) * 1000 : value }];
    }),
  }));
  const drawn = subjects.filter(({ points }) => points.length > 0);
  if (new Set(drawn.flatMap(({ points }) => points.map(({ x }) => x))).size < 2) return undefined;
  return lines({
    title,
    subtitle:
      "over the number of rows, both axes logarithmic: a straight line is a power, flat is independent. Lower is better.",
    lines: drawn.map(({ name, ours, points }, i) => {
      const choice = ours ? colors.ours : colors.others;
      const before = drawn.slice(0, i).filter((other) => other.ours === ours).length;
      return { label: name, points, color: choice[before % choice.length] as string, strong: ours };
    }),
    xTick: (rows) => `${thousands(rows)} rows`,
    yTick: (value) => (rate ? format(value, "ms") : format(value, unit)).replace(/\.0+(?= )/, ""),
  });
}
