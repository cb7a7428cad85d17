import { mkdirSync } from "node:fs";
import { type LifeReport, liveOutside } from "@jarvis-crdt/fixtures";

export interface LivingOptions {
  readonly archive: string;
  /** Folder for the copies that one of them makes. */
  readonly backups: string;
  readonly seconds: number;
  /** Pause of each after a turn. */
  readonly intervalMs: number;
}

/** Three processes of the assistant: one that starts again and again, one that makes backups, one in a hurry. */
export async function threeAssistants(options: LivingOptions): Promise<readonly LifeReport[]> {
  const { archive, backups, seconds, intervalMs } = options;
  mkdirSync(backups, { recursive: true });
  const common = { archive, seconds, intervalMs };
  return await Promise.all([
    liveOutside({ ...common, name: "first", startUp: true }),
    liveOutside({ ...common, name: "second", backups }),
    liveOutside({ ...common, name: "third" }),
  ]);
}

/** Turns of all of them, and how long one took: time in calls, without pauses. */
export function turnsOf(reports: readonly LifeReport[]): { readonly turns: number; readonly turnMs: number } {
  const turns = reports.reduce((sum, report) => sum + report.turns, 0);
  return { turns, turnMs: reports.reduce((sum, report) => sum + report.busy_ms, 0) / turns };
}

export function longestCall(reports: readonly LifeReport[]): number {
  return Math.max(...reports.map(({ latency_ms }) => latency_ms.max ?? 0));
}
