import { systemSentence } from "@jarvis-crdt/config";

/** Exit codes: it did what was asked; it failed, differs or found nothing; it was asked wrongly. */
export const exitCode = { done: 0, failed: 1, misused: 2 } as const;

/** Why a command ends without success, in one sentence that says what to do. */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";
  readonly code: string;
  readonly exitCode: 1 | 2;

  constructor(code: string, message: string, exit: 1 | 2 = exitCode.failed) {
    super(message);
    this.code = code;
    this.exitCode = exit;
  }
}

/** Asked wrongly: exit 2. */
export function misuse(message: string): CommandFailure {
  return new CommandFailure("usage", message, exitCode.misused);
}

/**
 * What the outside caused, as a failure; undefined for a bug. Typed errors of our packages carry a code and a sentence
 * that says what to do, errors of the operating system a code and the file.
 */
export function asFailure(error: unknown): CommandFailure | undefined {
  if (error instanceof CommandFailure) return error;
  const code = (error as { code?: unknown } | null)?.code;
  if (!(error instanceof Error) || typeof code !== "string" || code.startsWith("ERR_")) return undefined;
  return new CommandFailure(
    code,
    systemSentence(error) ?? error.message,
    code === "bad-configuration" ? exitCode.misused : exitCode.failed,
  );
}
