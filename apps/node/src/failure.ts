import { escapeText, systemSentence } from "@jarvis-crdt/config";
import type { Logger } from "pino";

/**
 * Logs why the node ends. An error with a code was caused from outside and is one sentence; anything else is a bug
 * and keeps its stack.
 */
export function logFailure(logger: Logger, error: unknown): void {
  const code = (error as { code?: unknown } | null)?.code;
  if (error instanceof Error && typeof code === "string" && !code.startsWith("ERR_")) {
    logger.fatal({ code }, systemSentence(error) ?? escapeText(error.message, 2000));
  } else {
    logger.fatal({ err: error }, "ended by an internal error");
  }
}
