/** Which backups are kept. */
export interface Retention {
  /** The newest, whatever their age. */
  readonly newest: number;
  /** Besides, the last one of each of so many days that have any. */
  readonly days: number;
}

interface Timed {
  /** Unix milliseconds. */
  readonly at: number;
}

const dayMs = 86_400_000;

/** Those that are not kept. Days are those of UTC. O(n log n). */
export function superfluous<T extends Timed>(
  backups: readonly T[],
  { newest, days }: Retention,
): readonly T[] {
  const sorted = [...backups].sort((a, b) => b.at - a.at);
  const seen = new Set<number>();
  return sorted.filter(({ at }, i) => {
    const day = Math.floor(at / dayMs);
    const isLastOfItsDay = !seen.has(day) && seen.size < days;
    if (isLastOfItsDay) seen.add(day);
    return i >= newest && !isLastOfItsDay;
  });
}
