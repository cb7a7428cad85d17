import { isatty } from "node:tty";
import type { Configuration } from "@jarvis-crdt/config";
import pino, { type Logger } from "pino";

const levels = { DEBUG: "debug", INFO: "info", WARNING: "warn", ERROR: "error", CRITICAL: "fatal" } as const;

/** Logs on standard error, as JSON lines or, on a terminal, for people. Synchronous, so that the last line is written. */
export async function createLogger(level: Configuration["debugging"]["log_level"]): Promise<Logger> {
  const stream = isatty(2) ? await forPeople() : pino.destination({ fd: 2, sync: true });
  // The reader of the log may go away; the node stays.
  stream.on("error", () => {});
  return pino({ level: levels[level], base: { pid: process.pid } }, stream);
}

/** Loaded where there is a terminal: services have none. */
async function forPeople() {
  const { default: pretty } = await import("pino-pretty");
  return pretty({ destination: 2, sync: true });
}
