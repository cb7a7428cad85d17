import { readFileSync, statSync } from "node:fs";
import { machineId } from "./fence.ts";

/**
 * What the fence beside a state file says: `clean`, the last process closed it here and the log goes on · `none`, it did not
 * close it · `other-batch`, the state file is older or newer than the fence · `other-machine` · `other-file`, the state file
 * was copied · `unreadable`.
 */
export type FenceState = "clean" | "none" | "other-batch" | "other-machine" | "other-file" | "unreadable";

/** Compares a fence with its state file, whose own log ends with the batch `head`. Changes nothing. */
export function examineFence(
  fence: string,
  state: string,
  head: Uint8Array | undefined,
  machine: string = machineId(),
): FenceState {
  let text: string;
  try {
    text = readFileSync(fence, "utf8");
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? "none" : "unreadable";
  }
  const [, batch, of, dev, ino] = /^clean ([0-9a-f]{64}) (\S+) (\d+) (\d+)\n$/.exec(text) ?? [];
  if (batch === undefined) return "unreadable";
  if (of !== machine) return "other-machine";
  if (head === undefined || batch !== Buffer.from(head).toString("hex")) return "other-batch";
  const file = statSync(state, { bigint: true });
  return dev === String(file.dev) && ino === String(file.ino) ? "clean" : "other-file";
}
