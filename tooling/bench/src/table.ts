import { styleText } from "node:util";
import { type FigureName, figures, format } from "./figures.ts";
import type { Report, Result, Summary } from "./report.ts";

type Style = Parameters<typeof styleText>[0];

/** Colour where the terminal shows it; nothing but text where the output is piped. */
const paint = (style: Style, text: string) => styleText(style, text, { stream: process.stdout });

/** The report for people. */
export function show(report: Report): string {
  const { machine, results } = report;
  const { cpu, cores, node, system, load } = machine;
  const parts = [`${cpu}, ${cores} cores, Node ${node}, ${system}, load ${load.toFixed(1)} at the start`];
  for (const [rows, group] of Map.groupBy(results, (result) => result.rows)) {
    const rounds = Math.max(...group.map(({ samples }) => samples.length));
    const heading = `${rows.toLocaleString("en")} rows, ${rounds === 1 ? "one round" : `medians of ${rounds} rounds`}`;
    parts.push(`${paint("bold", heading)}\n${comparison(group)}`, others(group));
  }
  if (report.targets.length > 0) parts.push(targets(report));
  if (report.growth.length > 0) parts.push(growth(report));
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

const compared: readonly [heading: string, figure: FigureName][] = [
  ["local", "local"],
  ["A to B", "sync"],
  ["wire", "wire"],
  ["100 changes", "changesMs"],
  ["on the wire", "changesBytes"],
  ["memory A+B", "memory"],
];

/** Everybody's line beside everybody else's. */
function comparison(results: readonly Result[]): string {
  const header = [
    "",
    ...compared.flatMap(([heading, figure]) =>
      figures[figure].unit === "rows/s" ? [heading, "× Y1", "±"] : [heading],
    ),
    "keeps",
  ];
  const lines = results.map((result) => [
    result.title,
    ...compared.flatMap(([, figure]) => {
      const found = result.figures[figure];
      const text = found === undefined ? "" : format(found.median, figures[figure].unit);
      if (figures[figure].unit !== "rows/s") return [text];
      return [text, found?.ratio === undefined ? "" : found.ratio.toFixed(2), spread(found)];
    }),
    result.error === undefined ? keeps(result) : `FAILED: ${result.error.split("\n")[0]}`,
  ]);
  return columns([header, ...lines], (line, text) => {
    if (line === 0) return paint("dim", text);
    const result = results[line - 1] as Result;
    if (result.error !== undefined) return paint("red", text);
    return result.group === "ourselves" ? paint("cyan", text) : text;
  });
}

/** Half the distance between the least and the greatest round, relative to the median. */
function spread(summary: Summary | undefined): string {
  if (summary === undefined || summary.least === summary.most) return "";
  return `${(((summary.most - summary.least) / 2 / summary.median) * 100).toFixed(0)}%`;
}

function keeps({ keeps }: Result): string {
  if (keeps === undefined) return "";
  const { durable, signed, encrypted } = keeps;
  const kept = [durable && "durable", signed && "signed", encrypted && "encrypted"].filter(Boolean);
  return `${kept.join(", ") || "in memory only"}; merges by ${keeps.merges}`;
}

/** What only few have, a line each. */
function others(results: readonly Result[]): string {
  const shown = new Set(compared.map(([, figure]) => figure));
  const lines = results.flatMap((result) =>
    Object.entries(result.figures).flatMap(([key, summary]) => {
      const name = key as FigureName;
      if (shown.has(name)) return [];
      const ratio = summary.ratio === undefined ? "" : `${summary.ratio.toFixed(2)} × Y1`;
      return [
        [
          result.name,
          figures[name].title,
          format(summary.median, figures[name].unit),
          ratio,
          spread(summary),
        ],
      ];
    }),
  );
  return columns(lines);
}

function targets(report: Report): string {
  const all = report.targets;
  const lines = all.map(({ name, rows, figure, met, text: [reached, wanted] }) => [
    met ? "met" : "missed",
    name,
    rows.toLocaleString("en"),
    figures[figure].title,
    reached,
    wanted,
  ]);
  const heading = `Targets: ${all.filter(({ met }) => met).length} of ${all.length} met`;
  return `${paint("bold", heading)}\n${columns(lines, (line, text) => paint(all[line]?.met ? "green" : "yellow", text))}`;
}

function growth(report: Report): string {
  const lines = [...Map.groupBy(report.growth, ({ name }) => name)].map(([name, group]) => [
    name,
    group.map(({ figure, exponent }) => `${figure} ${exponent.toFixed(2)}`).join("  "),
  ]);
  const heading = "Growth: exponents over the number of rows; of a rate, of the time it takes";
  return `${paint("bold", heading)}\n${lines.map(([name, text]) => `${name?.padEnd(14)}${text}`).join("\n")}`;
}

/** Lines of cells in columns: those with figures to the right, text to the left. */
function columns(
  lines: readonly (readonly string[])[],
  decorate: (line: number, text: string) => string = (_, text) => text,
): string {
  const count = Math.max(0, ...lines.map((line) => line.length));
  const shapes = Array.from({ length: count }, (_, i) => {
    const cells = lines.map((line) => line[i] ?? "");
    return {
      width: Math.max(...cells.map((cell) => cell.length)),
      figures: cells.slice(1).every((cell) => cell === "" || /^\d/.test(cell)),
    };
  });
  const aligned = (line: readonly string[]) =>
    shapes
      .map(({ width, figures }, i) =>
        figures ? (line[i] ?? "").padStart(width) : (line[i] ?? "").padEnd(width),
      )
      .join("  ")
      .trimEnd();
  return lines.map((line, i) => decorate(i, aligned(line))).join("\n");
}
