/** Why something a peer sent was refused. `code` is stable; the message is for the operator's log, never for the peer. */
export class ReplicaError extends Error {
  override readonly name = "ReplicaError";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The code of any typed error, or "internal" for a bug. */
export function codeOf(error: unknown): string {
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  return "internal";
}

/** An error as the operator's log tells it: of a bug where it happened, too. */
export function problemOf(error: unknown): { readonly code: string; readonly message: string } {
  const code = codeOf(error);
  if (!(error instanceof Error)) return { code, message: String(error) };
  return { code, message: code === "internal" ? (error.stack ?? error.message) : error.message };
}
