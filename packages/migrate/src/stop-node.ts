import { MigrateError } from "./migrate-error.ts";
import { refuseRunningNode } from "./running-node.ts";
import { processOfState } from "./state-node.ts";

/** `jarvisd` stops within 5 s. */
const patienceMs = 10_000;
const lookMs = 50;

/**
 * Asks the `jarvisd` that holds a state file to stop, and waits until it has. Whether one ran.
 *
 * @throws MigrateError `in-use` where it does not stop in time or cannot be found
 */
export async function stopNode(archive: string, state: string): Promise<boolean> {
  if (!isRunning(archive, state)) return false;
  const pid = processOfState(state);
  if (pid === undefined) {
    throw new MigrateError(
      "in-use",
      `jarvisd runs with ${archive}, and ${state} does not say which process; stop it.`,
    );
  }
  process.kill(pid, "SIGTERM");
  for (const deadline = performance.now() + patienceMs; isRunning(archive, state); ) {
    if (performance.now() > deadline) {
      throw new MigrateError(
        "in-use",
        `jarvisd (process ${pid}) does not stop; end it, then call this again.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
  return true;
}

function isRunning(archive: string, state: string): boolean {
  try {
    refuseRunningNode(archive, state);
    return false;
  } catch (error) {
    if (error instanceof MigrateError && error.code === "in-use") return true;
    throw error;
  }
}
