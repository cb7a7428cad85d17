import type { Frontier, FrontierEntry, LogId } from "@jarvis-crdt/crdt";

/** What comparing two frontiers shows. */
export interface Missing {
  /** Logs of which `theirs` reaches less far than `mine`: what follows `after`, through `through`. */
  readonly lacks: readonly Lack[];
  /** Logs that reach equally far and differ: two histories under one name. */
  readonly forks: readonly { readonly log: LogId; readonly seq: number }[];
}

/** A stretch of a log that is missing: what follows `after`, through `through`. */
export interface Lack {
  readonly log: LogId;
  readonly after: number;
  readonly through: number;
}

/** What the owner of `theirs` lacks of what the owner of `mine` has. O(logs of `mine`), in their order. */
export function missing(mine: Frontier, theirs: Frontier): Missing {
  const lacks: Lack[] = [];
  const forks: { log: LogId; seq: number }[] = [];
  for (const [log, entry] of mine) {
    const other = theirs.get(log);
    const after = other?.seq ?? 0;
    if (after < entry.seq) lacks.push({ log, after, through: entry.seq });
    else if (isFork(entry, other)) forks.push({ log, seq: entry.seq });
  }
  return { lacks, forks };
}

/** Whether two entries of one log prove that it was written twice. Unequal sequences prove nothing. */
export function isFork(a: FrontierEntry | undefined, b: FrontierEntry | undefined): boolean {
  if (a === undefined || b === undefined || a.seq !== b.seq || a.seq === 0) return false;
  return !sameBytes(a.batch, b.batch);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
