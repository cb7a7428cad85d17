import { SyncError } from "./error.ts";
import type { Message } from "./message.ts";

/** greeting, then comparing frontiers, then everything else; closed from any of them. */
export type Phase = "greeting" | "comparing" | "streaming" | "closed";

const later: readonly Phase[] = ["comparing", "streaming"];
const streaming: readonly Phase[] = ["streaming"];

/** When the peer may say what. */
const phases: Readonly<Record<Message["type"], readonly Phase[]>> = {
  hello: ["greeting"],
  have: later,
  branch: ["comparing"],
  leaves: ["comparing"],
  credit: later,
  ack: later,
  certificate: streaming,
  schema: streaming,
  batch: streaming,
  quiet: streaming,
  ask: streaming,
  told: streaming,
  clock: streaming,
  forked: streaming,
  history: streaming,
  shown: streaming,
  inquire: streaming,
  spent: streaming,
  bye: ["greeting", "comparing", "streaming"],
};

/** Throws `SyncError` `unexpected` for a message at the wrong time. */
export function checkPhase(phase: Phase, { type }: Message): void {
  if (!phases[type].includes(phase))
    throw new SyncError("unexpected", `${type} is not expected while ${phase}`);
}
