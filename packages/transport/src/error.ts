/**
 * What a peer or the network can cause here. A refusal by the security layer keeps its own code (`cert-untrusted`, …).
 * `refused` means that the peer said no after the handshake; its word is in `reason`.
 */
export type TransportErrorCode =
  | "invalid-address"
  | "unreachable"
  | "timeout"
  | "aborted"
  | "interrupted"
  | "refused"
  | "frame-too-large"
  | "frame-too-small"
  | "message-too-large"
  | "malformed"
  | "half-open-limit"
  | "session-limit"
  | "queue-overflow"
  | "stalled"
  | "idle";

/** Thrown and told for what the network and the other side can cause; `code` is stable. */
export class TransportError extends Error {
  override readonly name = "TransportError";
  readonly code: TransportErrorCode;
  /** The peer's code where `code` is `refused`; `[a-z0-9-]` only. */
  readonly reason: string | undefined;

  constructor(code: TransportErrorCode, message: string, reason?: string) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}

/** The code of whatever was thrown; `fallback` for what has none. */
export function codeOf(error: unknown, fallback: string): string {
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  return fallback;
}
