import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { type FigureName, figures } from "./figures.ts";
import type { Report } from "./report.ts";

/** One run, a line of the history file. */
export interface Entry {
  readonly at: string;
  readonly commit: string | null;
  /** Figures of different machines are not compared. */
  readonly machine: string;
  /** Median ratio to Y1 of a rate, median of anything else, by "subject rows figure". */
  readonly values: { readonly [key: string]: number };
}

export interface Move {
  readonly key: string;
  readonly before: number;
  readonly now: number;
  readonly better: boolean;
  /** The run it is compared with. */
  readonly since: Pick<Entry, "at" | "commit">;
}

/** From which on a move is worth a line. */
const worthALine = 0.1;

/** What of a report is kept and compared: our own figures. */
export function entryOf(report: Report): Entry {
  const { cpu, cores, node } = report.machine;
  const values = report.results
    .filter(({ group }) => group === "ourselves")
    .flatMap(({ name, rows, figures: found }) =>
      Object.entries(found).map(
        ([figure, { ratio, median }]) => [`${name} ${rows} ${figure}`, ratio ?? median] as const,
      ),
    );
  return {
    at: report.at,
    commit: report.commit,
    machine: `${cpu}, ${cores} cores, ${node}`,
    values: Object.fromEntries(values),
  };
}

/** What moved by more than 10 % since each figure was last measured on this machine; the worst first. */
export function moves(history: readonly Entry[], now: Entry): Move[] {
  const earlier = history.filter(({ machine }) => machine === now.machine);
  const found = Object.entries(now.values).flatMap(([key, value]): Move[] => {
    const since = earlier.findLast(({ values }) => values[key] !== undefined);
    const before = since?.values[key];
    if (since === undefined || before === undefined || before === 0) return [];
    if (Math.abs(value / before - 1) <= worthALine) return [];
    const figure = figures[key.split(" ").at(-1) as FigureName] as (typeof figures)[FigureName] | undefined;
    if (figure === undefined) return [];
    const better = value > before === (figure.better === "more");
    return [{ key, before, now: value, better, since: { at: since.at, commit: since.commit } }];
  });
  const distance = ({ before, now: value }: Move) => Math.abs(Math.log(value / before));
  return found.sort((a, b) => Number(a.better) - Number(b.better) || distance(b) - distance(a));
}

/** The runs in the file, oldest first; none where there is no file. A line that is none is an error with its number. */
export function readHistory(path: string): Entry[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  return text.split("\n").flatMap((line, i) => {
    if (line === "") return [];
    try {
      return [JSON.parse(line) as Entry];
    } catch {
      throw new Error(`${path}, line ${i + 1} is no JSON; remove that line, or the file`);
    }
  });
}

export function append(path: string, entry: Entry): void {
  mkdirSync(dirname(path), { recursive: true });
  appendFileSync(path, `${JSON.stringify(entry)}\n`);
}

/** The moves for people; empty where nothing moved. */
export function showMoves(all: readonly Move[]): string {
  const lines = all.map(({ key, before, now, better, since }) => {
    const percent = `${now > before ? "+" : "−"}${(Math.abs(now / before - 1) * 100).toFixed(0)} %`;
    const run = `${since.at.slice(0, 16)}${since.commit === null ? "" : ` ${since.commit}`}`;
    const values = `${before.toPrecision(3)} → ${now.toPrecision(3)}`;
    return `${better ? "better" : "worse "}  ${key.padEnd(32)}${percent.padStart(8)}  ${values}  since ${run}`;
  });
  return lines.length === 0 ? "" : ["Moved by more than 10 %", ...lines].join("\n");
}
