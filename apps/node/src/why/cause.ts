/** One reason why something is not everywhere, or not here. */
export interface Cause {
  /** Stable: `peer-unreachable`, `peer-behind`, `behind-peer`, `clock-ahead`, `quarantined`, `row-refused`, … */
  readonly code: string;
  /** The peer it is about: its node id, or its address where it was never reached. */
  readonly peer: string | null;
  /** Since when it is known to be so, as ISO time. */
  readonly since: string | null;
  readonly operations: number | null;
  /** One sentence that says what is the matter, and what to do where anything is. */
  readonly sentence: string;
}

export interface Why {
  /** What was asked about; null for everything. */
  readonly about: string | null;
  /** There is no cause. */
  readonly synced: boolean;
  readonly causes: readonly Cause[];
  /** Worth knowing, and no reason for anything to be missing. */
  readonly notes: readonly string[];
}

export function cause(
  code: string,
  sentence: string,
  about: {
    readonly peer?: string | undefined;
    readonly since?: number | undefined;
    readonly operations?: number;
  } = {},
): Cause {
  return {
    code,
    peer: about.peer ?? null,
    since: about.since === undefined ? null : isoTime(about.since),
    operations: about.operations ?? null,
    sentence,
  };
}

/** Unix milliseconds as ISO time in seconds. */
export function isoTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

export function several(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
