import type { SpentRun } from "@jarvis-crdt/store";

/** Both lists in order, what touches or overlaps made one. O(runs). */
export function mergedRuns(a: readonly SpentRun[], b: readonly SpentRun[]): SpentRun[] {
  const merged: { first: number; last: number }[] = [];
  for (const { first, last } of [...a, ...b].sort((x, y) => x.first - y.first)) {
    const before = merged.at(-1);
    if (before !== undefined && first <= before.last + 1) before.last = Math.max(before.last, last);
    else merged.push({ first, last });
  }
  return merged;
}
