import pc from "picocolors";

/** Columns of the terminal on standard output; undefined where it is piped, which is plain. */
export const outWidth: number | undefined = process.stdout.isTTY ? process.stdout.columns || 80 : undefined;

/** Colours for standard output, none where it is piped or NO_COLOR is set. */
export const colour = pc.createColors(outWidth !== undefined && pc.isColorSupported);

/** Prints the one document of `--json`. */
export function printJson(document: unknown): void {
  process.stdout.write(`${JSON.stringify(document)}\n`);
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** A remark for people that is no result. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}
