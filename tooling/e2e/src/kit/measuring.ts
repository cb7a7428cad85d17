import { parseArgs } from "node:util";

export interface WholeNumber {
  /** Where the command line says nothing. */
  readonly usual: number;
  readonly least: number;
}

/**
 * A measurement as a program: reads whole numbers, `--json` and `--help` from the command line, measures, and shows what was
 * found, as one document with `--json`. Exits 2 with the usage where the command line is wrong.
 */
export async function measuring<Name extends string, Figures extends object>(
  usage: string,
  numbers: Readonly<Record<Name, WholeNumber>>,
  measure: (options: Readonly<Record<Name, number>>) => Promise<Figures>,
  show: (figures: Figures) => void,
): Promise<void> {
  const names = Object.keys(numbers) as Name[];
  const options: Record<string, number> = {};
  let given: Readonly<Record<string, unknown>>;
  try {
    given = parseArgs({
      options: {
        ...Object.fromEntries(names.map((name) => [name, { type: "string" as const }])),
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }).values;
    for (const name of names) options[name] = whole(name, given[name], numbers[name]);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
  if (given.help) return console.log(usage);
  const figures = await measure(options as Record<Name, number>);
  if (given.json) console.log(JSON.stringify(figures));
  else show(figures);
}

function whole(name: string, text: unknown, { usual, least }: WholeNumber): number {
  const number = text === undefined ? usual : Number(text);
  if (!Number.isSafeInteger(number) || number < least)
    throw new Error(`--${name} ${text}: a whole number from ${least} is needed`);
  return number;
}
