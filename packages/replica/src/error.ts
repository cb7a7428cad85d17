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
