import { isatty } from "node:tty";
import type { Configuration } from "@jarvis-crdt/config";
import pino, { type Logger } from "pino";
import pretty from "pino-pretty";

const levels = { DEBUG: "debug", INFO: "info", WARNING: "warn", ERROR: "error", CRITICAL: "fatal" } as const;

/** Logs on standard error, as JSON lines or, on a terminal, for people. Synchronous, so that the last line is written. */
export function createLogger(level: Configuration["debugging"]["log_level"]): Logger {
  const stream = isatty(2) ? pretty({ destination: 2, sync: true }) : pino.destination({ fd: 2, sync: true });
  // The reader of the log may go away; the node stays.
  stream.on("error", () => {});
  return pino({ level: levels[level], base: { pid: process.pid } }, stream);
}
