import type { LogId } from "@jarvis-crdt/crdt";
import { ReplicaError } from "@jarvis-crdt/replica";
import type { Judge } from "./judge.ts";
import type { Machine } from "./machine.ts";

/** Asks one machine to synchronise with another, and looks whether both have what the other had when it says that they have. */
export async function synchronise(
  from: Machine | undefined,
  to: Machine | undefined,
  judge: Judge,
): Promise<void> {
  const replica = from?.process?.replica;
  if (from === undefined || to?.process === undefined || replica === undefined) return;
  const before = [new Map(from.covered), new Map(to.covered)] as const;
  try {
    await replica.syncWith(to.node);
  } catch (error) {
    // There was no session, or it ended before.
    if (error instanceof ReplicaError) return;
    throw error;
  }
  check(to, before[0], from, judge);
  check(from, before[1], to, judge);
}

function check(machine: Machine, had: ReadonlyMap<LogId, number>, other: Machine, judge: Judge): void {
  for (const [log, seq] of had)
    if ((machine.covered.get(log) ?? 0) < seq)
      judge.violate(
        "synchronised-before-stored",
        `${machine.index} was said to have ${log} up to ${seq}, as ${other.index} had, and has not`,
      );
}
