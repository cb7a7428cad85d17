/** Something that `doctor` found: what is so, and what to do about it. */
export interface Finding {
  /** Stable, for programs. */
  readonly code: string;
  /** `problem`: something does not work, or will be lost · `warning`: it will not work for ever · `good`: as it shall be. */
  readonly level: "problem" | "warning" | "note" | "good";
  readonly sentence: string;
  /** The next step; none where there is nothing to do. */
  readonly next?: string;
}

export const good = (code: string, sentence: string): Finding => ({ code, level: "good", sentence });
export const note = (code: string, sentence: string, next?: string): Finding =>
  finding("note", code, sentence, next);
export const warning = (code: string, sentence: string, next: string): Finding =>
  finding("warning", code, sentence, next);
export const problem = (code: string, sentence: string, next: string): Finding =>
  finding("problem", code, sentence, next);

/** A file of which nothing is known, because SQLite could not look into it. */
export const unread = (code: string, what: string, path: string): Finding =>
  warning(
    code,
    `The ${what} ${path} could not be looked into: another program holds it, or it or its folder cannot be written.`,
    "End that program, or make both writable; then call this again.",
  );

function finding(level: Finding["level"], code: string, sentence: string, next: string | undefined): Finding {
  return { code, level, sentence, ...(next === undefined ? {} : { next }) };
}

/** What the system or SQLite says of a file, as the code it names. */
export function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code ?? "error");
}
