import type { Urgency } from "@jarvis-crdt/sync";

/** How soon a change is to reach the peers in lazy mode. */
export type Priority = "critical" | "high" | "normal" | "low";

/** From the most urgent to the least. */
export const priorities: readonly Priority[] = ["critical", "high", "normal", "low"];

/** The same as a number, 0 the most urgent: which log goes first over a session. */
export function urgencyOf(priority: Priority): Urgency {
  return priorities.indexOf(priority) as Urgency;
}

/** Seconds between a change and the session in which it leaves (plan §9.3). */
const intervals: Readonly<Record<Priority, number>> = { critical: 1, high: 10, normal: 60, low: 300 };

/**
 * Seconds to wait with a change of this priority, given how much has happened lately: above 100 activities half as long,
 * never below 1; below 10 twice as long, never above 3600 (plan §9.3).
 */
export function adaptiveInterval(priority: Priority, activities: number): number {
  const interval = intervals[priority];
  if (activities > 100) return Math.max(Math.floor(interval / 2), 1);
  if (activities < 10) return Math.min(interval * 2, 3600);
  return interval;
}
