import type { Dot, Frontier, Uid } from "@jarvis-crdt/crdt";
import type { Change } from "./step.ts";

/** A write as its caller knows it. */
export interface Entry {
  readonly step: number;
  readonly machine: number;
  readonly change: Change;
  /** The element or row that it concerns, where only one write adds it. */
  readonly target?: string | Uid;
  readonly by?: number;
  /** Once it was answered. */
  dots?: readonly (Dot | null)[];
  /** What it was written to is gone before anybody else had it, by a fault that may take it. */
  excused?: boolean;
}

/** What callers asked for and were told, from which follows what must and must not be there in the end. */
export class Ledger {
  readonly entries: Entry[] = [];

  ask(entry: Entry): Entry {
    this.entries.push(entry);
    return entry;
  }

  /** A fault that may take operations has taken them: what nobody holds any more is not asked for. */
  excuse(isHeld: (dot: Dot) => boolean): void {
    for (const entry of this.entries)
      if (entry.dots?.some((dot) => dot !== null && !isHeld(dot))) entry.excused = true;
  }

  get acknowledged(): number {
    return this.entries.filter(({ dots }) => dots !== undefined).length;
  }
}

export function covers(frontier: Frontier, dot: Dot): boolean {
  return (frontier.get(dot.log)?.seq ?? 0) >= dot.seq;
}

/**
 * How much is known of an entry: `dotted`, its dots say whether it counts; `anew`, it is minted anew under names that nobody was
 * told, and counts; `unknown`, nobody can say.
 */
export type Trust = "dotted" | "anew" | "unknown";

/** Of things that one write adds and others remove: which must be there, and which must not. */
export function expected(
  entries: readonly Entry[],
  frontier: Frontier,
  [add, drop]: readonly [add: Change, drop: Change],
  trustIn: (entry: Entry) => Trust,
): { readonly present: readonly (string | Uid)[]; readonly absent: readonly (string | Uid)[] } {
  const known = new Map<string, Fate>();
  for (const entry of entries) {
    const { change, target, dots, excused } = entry;
    if (target === undefined || (change !== add && change !== drop)) continue;
    const fate = known.get(String(target)) ?? {
      target,
      added: false,
      renamed: false,
      dropped: false,
      unsure: false,
    };
    known.set(String(target), fate);
    const trust = trustIn(entry);
    const isCovered = dots?.some((dot) => dot !== null && covers(frontier, dot)) ?? false;
    if (change === add) {
      fate.added ||= trust === "dotted" ? isCovered : trust === "anew";
      // A remove that named it as it was called then does not reach it.
      fate.renamed ||= trust !== "dotted";
    } else if (dots === undefined || (excused && !isCovered) || trust !== "dotted") fate.unsure = true;
    else fate.dropped ||= isCovered;
  }
  const all = [...known.values()];
  return {
    present: all
      .filter(({ added, dropped, unsure }) => added && !dropped && !unsure)
      .map(({ target }) => target),
    absent: all.filter(({ dropped, renamed }) => dropped && !renamed).map(({ target }) => target),
  };
}

interface Fate {
  readonly target: string | Uid;
  added: boolean;
  renamed: boolean;
  dropped: boolean;
  unsure: boolean;
}
