import { constants } from "node:os";
import type { Logger } from "pino";

/** A stop must end within five seconds; what is committed needs no more. */
const deadlineMs = 4500;

/**
 * Resolves with the reason when the process is asked to stop: SIGTERM, SIGINT, or the end of the parent that holds
 * its IPC channel. From then on a deadline runs, and a second request ends the process at once.
 */
export function stopRequest(logger: Logger): Promise<string> {
  return new Promise((resolve) => {
    let asked = false;
    const ask = (reason: string, exitCode: number) => {
      if (asked) process.exit(exitCode);
      asked = true;
      setTimeout(() => {
        logger.error({ reason }, "did not stop in time; ending now, committed data is safe");
        process.exit(1);
      }, deadlineMs).unref();
      resolve(reason);
    };
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.on(signal, () => ask(signal, 128 + constants.signals[signal]));
    }
    // False, not undefined: there was a channel, and the parent was gone before this line.
    if (process.connected === false) ask("parent gone", 1);
    else process.on("disconnect", () => ask("parent gone", 1));
  });
}
