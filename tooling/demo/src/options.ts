import { parseArgs } from "node:util";

export interface Options {
  /** Stop after convergence instead of running on. */
  readonly once: boolean;
  /** Seconds until the demonstration gives up. */
  readonly timeout: number;
  /** A file to adopt instead of a generated archive; it is copied, never changed. */
  readonly archive: string | undefined;
  readonly nodes: number;
  readonly rows: number;
  /** Where everything is laid out; a fresh temporary folder without it. */
  readonly data: string | undefined;
  /** Keep the temporary folder. */
  readonly keep: boolean;
}

export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const usage = `Lays out a small cluster on this machine and shows that it converges.

  pnpm start [--once] [--nodes N] [--rows N] [--archive FILE] [--data DIR] [--timeout S] [--keep]

  --once          stop after the proof; otherwise the nodes run on until Ctrl-C
  --nodes N       how many nodes, 2 to 16 (3)
  --rows N        entries of the generated archive, 0 to 10,000,000 (2000)
  --archive FILE  adopt a copy of this archive instead of a generated one
  --data DIR      lay out the nodes here and leave them there; DIR must be empty or absent
  --timeout S     give up after S seconds (60)
  --keep          keep the temporary folder

Examples
  pnpm start
  pnpm start --once --nodes 5 --rows 20000
  pnpm start --data /tmp/three-nodes
`;

/** Reads the command line. Throws UsageError with a sentence. */
export function readOptions(args: readonly string[]): Options | "help" {
  let values: ReturnType<typeof parse>;
  try {
    values = parse(args);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  if (values.help) return "help";
  return {
    once: values.once ?? false,
    timeout: whole("--timeout", values.timeout ?? "60", 1, 86_400),
    archive: values.archive,
    nodes: whole("--nodes", values.nodes ?? "3", 2, 16),
    rows: whole("--rows", values.rows ?? "2000", 0, 10_000_000),
    data: values.data,
    keep: values.keep ?? false,
  };
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: false,
    options: {
      help: { type: "boolean", short: "h" },
      once: { type: "boolean" },
      keep: { type: "boolean" },
      timeout: { type: "string" },
      archive: { type: "string" },
      nodes: { type: "string" },
      rows: { type: "string" },
      data: { type: "string" },
    },
  }).values;
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most)
    throw new UsageError(
      `${name} wants a whole number from ${least} to ${most}, not ${JSON.stringify(text.slice(0, 40))}`,
    );
  return value;
}
