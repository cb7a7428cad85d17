import pc from "picocolors";

/** Whether people read standard output; piped output is plain. */
export const outIsTerminal = process.stdout.isTTY === true;

/** Colours for standard output, none where it is piped or NO_COLOR is set. */
export const colour = pc.createColors(outIsTerminal && pc.isColorSupported);

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
