import { createInterface } from "node:readline/promises";
import { CommandFailure, misuse } from "../failure.ts";

/** Lets a dangerous command proceed: by `--yes`, or by a yes on a terminal. Throws otherwise. */
export async function confirm(question: string, yes: boolean | undefined): Promise<void> {
  if (yes) return;
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw misuse(`${question} There is no terminal to ask on; add --yes to go on.`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    // Ctrl-C and Ctrl-D are a no.
    const asked = question.endsWith("?") ? question : `${question} Go on?`;
    const answer = await terminal.question(`${asked} [y/N] `).catch(() => {
      process.stderr.write("\n");
      return "";
    });
    if (!/^y(es)?$/i.test(answer.trim())) throw new CommandFailure("declined", "Nothing was changed.");
  } finally {
    terminal.close();
  }
}
