import type { OverwrittenPart, Spent, SpentRun } from "@jarvis-crdt/store";

/** What at least `needed` of the answers call spent, or overwritten, as far as so many of them looked. O(answers² · entries). */
export function agreed(answers: readonly Spent[], needed: number): Spent {
  const ends = answers.map(({ through }) => through).sort((a, b) => b - a);
  const through = ends[needed - 1] ?? 0;
  const edges = answers.flatMap(({ runs }) =>
    runs.flatMap(({ first, last }) => [[first, 1] as const, [last + 1, -1] as const]),
  );
  edges.sort(([a, up], [b, down]) => a - b || down - up);
  const runs: SpentRun[] = [];
  let voices = 0;
  let first = 0;
  for (const [at, change] of edges) {
    const before = voices;
    voices += change;
    if (before < needed && voices >= needed) first = at;
    const last = Math.min(at - 1, through);
    if (before >= needed && voices < needed && first <= last) runs.push({ first, last });
  }
  return { through, runs, overwritten: overwrittenIn(answers, needed, through) };
}

/** Who calls an operation spent says the same of all its groups. */
function overwrittenIn(
  answers: readonly Spent[],
  needed: number,
  through: number,
): readonly OverwrittenPart[] {
  const parts = new Map<string, OverwrittenPart>();
  const voices = new Map<string, number>();
  for (const { overwritten } of answers) {
    for (const part of overwritten) {
      const name = `${part.seq} ${part.group}`;
      parts.set(name, part);
      voices.set(name, (voices.get(name) ?? 0) + 1);
    }
  }
  const found = [...parts].filter(([name, { seq }]) => {
    const spent = answers.filter(({ runs }) => runs.some((run) => run.first <= seq && seq <= run.last));
    return seq <= through && voices.get(name)! + spent.length >= needed;
  });
  return found.map(([, part]) => part).sort((a, b) => a.seq - b.seq);
}
