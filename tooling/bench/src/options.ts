import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Subject } from "./subject.ts";

/** How often everything is measured with so many rows. */
export interface Size {
  readonly rows: number;
  readonly rounds: number;
}

export interface Options {
  readonly sizes: readonly Size[];
  readonly seed: number;
  readonly subjects: readonly Subject[];
  /** Where the measured files are written; the disk matters. */
  readonly folder: string;
  /** Where plots and the history are kept. */
  readonly out: string;
  /** A file for the figures, besides. */
  readonly json: string | undefined;
}

export class UsageError extends Error {
  override readonly name = "UsageError";
}

const presets = {
  quick: [{ rows: 5000, rounds: 1 }],
  usual: [
    { rows: 10_000, rounds: 3 },
    { rows: 50_000, rounds: 3 },
  ],
  full: [
    { rows: 50_000, rounds: 3 },
    { rows: 200_000, rounds: 3 },
    { rows: 1_000_000, rounds: 1 },
  ],
} satisfies Record<string, readonly Size[]>;

export function usage(subjects: readonly Subject[]): string {
  const names = subjects.map(({ name, title }) => `    ${name.padEnd(16)}${title}`).join("\n");
  return `Measures everything on this machine: yardsticks, real nodes, and what a user could pick instead.

  pnpm bench [--quick | --full | --rows N[,N…]] [--rounds N] [--only NAME[,NAME…]]
             [--seed S] [--folder DIR] [--out DIR] [--json FILE]

  (nothing)       10,000 and 50,000 rows, three rounds; some ten minutes
  --quick         5,000 rows, one round; under two minutes
  --full          50,000, 200,000 and 1,000,000 rows; hours
  --rows N[,N…]   these numbers of rows instead
  --rounds N      how often each is measured, in turn with all others
  --only NAME     only this, and Y1, to which everything is compared; may be given several times
  --seed S        other rows (1)
  --folder DIR    where the measured files are written; the disk matters (${tmpdir()})
  --out DIR       where plots and history are kept (data/bench)
  --json FILE     all figures, for programs

  A NAME is a group, yardsticks, ourselves or peers, or one of

${names}

  What the peers need is installed at first use, from the usual registry, into tooling/bench/peers alone.
  Ctrl-C shows and keeps what was measured until then.
  Exit code: 0 all measured and right, 1 something failed or was wrong, 2 usage, 130 interrupted.

Examples
  pnpm bench --quick
  pnpm bench --only ourselves --rows 50000 --rounds 5
  pnpm bench --only own,yjs-nested --json figures.json
  pnpm -s bench --quick > table.txt
`;
}

/** Reads the command line. Throws UsageError with a sentence. */
export function readOptions(args: readonly string[], all: readonly Subject[]): Options | "help" {
  let values: ReturnType<typeof parse>;
  try {
    values = parse(args);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  if (values.help) return "help";
  return {
    sizes: sizesOf(values),
    seed: whole("--seed", values.seed ?? "1", 0, 2 ** 40),
    subjects: chosen(values.only ?? [], all),
    folder: values.folder ?? tmpdir(),
    out: values.out ?? join("data", "bench"),
    json: values.json,
  };
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      help: { type: "boolean", short: "h" },
      quick: { type: "boolean" },
      full: { type: "boolean" },
      rows: { type: "string" },
      rounds: { type: "string" },
      only: { type: "string", multiple: true },
      seed: { type: "string" },
      folder: { type: "string" },
      out: { type: "string" },
      json: { type: "string" },
    },
  }).values;
}

function sizesOf({ quick, full, rows, rounds }: ReturnType<typeof parse>): readonly Size[] {
  if ([quick, full, rows].filter((one) => one !== undefined).length > 1)
    throw new UsageError("--quick, --full and --rows exclude each other");
  const times = rounds === undefined ? undefined : whole("--rounds", rounds, 1, 1000);
  if (rows !== undefined) {
    const counts = rows.split(",").map((text) => whole("--rows", text, 1, 100_000_000));
    return counts.toSorted((a, b) => a - b).map((count) => ({ rows: count, rounds: times ?? 3 }));
  }
  const preset = presets[quick ? "quick" : full ? "full" : "usual"];
  return preset.map((size) => ({ ...size, ...(times === undefined ? {} : { rounds: times }) }));
}

/** What was asked for, in the order of a round; Y1 is always part of it. */
function chosen(only: readonly string[], all: readonly Subject[]): readonly Subject[] {
  if (only.length === 0) return all;
  const names = only.flatMap((text) => text.split(","));
  for (const name of names) {
    if (!all.some((subject) => subject.name === name || subject.group === name))
      throw new UsageError(`--only ${JSON.stringify(name.slice(0, 40))}: there is nothing of that name`);
  }
  return all.filter(({ name, group }) => name === "y1" || names.includes(name) || names.includes(group));
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    const given = JSON.stringify(text.slice(0, 40));
    throw new UsageError(`${name} wants a whole number from ${least} to ${most}, not ${given}`);
  }
  return value;
}
