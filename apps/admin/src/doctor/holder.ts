import { existsSync } from "node:fs";
import { Lock, stateHolder } from "@jarvis-crdt/store-sqlite";
import { type Finding, good, note } from "./finding.ts";

/** Whether a process has the state file. */
export function examineHolder(state: string): { readonly isRunning: boolean; readonly finding: Finding } {
  const lockFile = `${state}.lock`;
  const lock = existsSync(lockFile) ? Lock.take(lockFile) : undefined;
  if (lock === undefined && existsSync(lockFile)) {
    const sentence = `jarvisd runs: ${stateHolder(state)} has ${state}. A second one would refuse to start and name it.`;
    return { isRunning: true, finding: good("running", sentence) };
  }
  lock?.release();
  return {
    isRunning: false,
    finding: note(
      "stopped",
      "jarvisd does not run. The assistant works all the same; what it writes is captured when jarvisd starts.",
      "Start it: jarvisd --config FILE",
    ),
  };
}
