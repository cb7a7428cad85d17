import { driftBound, type Hlc, hlcTime, type NodeId } from "@jarvis-crdt/crdt";

/** The clock that is watched, and one that nobody can set. */
export interface ClockWatchOptions {
  /** The clock that is watched: Unix milliseconds. */
  readonly now: () => number;
  /** Milliseconds since any beginning, also those during which the machine slept; nobody can set it. */
  readonly elapsed: () => number;
}

/** What peers say of this node's clock. */
export interface ClockVerdict {
  /** `agreed`: as many clocks agree with this one as do not, itself among them. */
  readonly kind: "unknown" | "agreed" | "contradicted";
  /** How far this clock is ahead of those who contradict it, in ms; negative where it is behind. 0 where none does. */
  readonly aheadMs: number;
  /** Who contradicts it. */
  readonly peers: readonly NodeId[];
}

interface Reading {
  /** Unix milliseconds that the peer's clock showed, and when that was. */
  readonly shown: number;
  readonly at: number;
}

/** So long it is remembered what a peer's clock showed: sessions tell it anew every day. */
const keptMs = 25 * 3_600_000;
/** Steps of the clock that are worth asking others. */
const stepMs = 1_000;

/**
 * Judges this node's clock by those of its peers. It is contradicted where at least two authenticated peers agree with each
 * other against it, and are more than those that agree with it, itself among them.
 */
export class ClockWatch {
  readonly #options: ClockWatchOptions;
  readonly #readings = new Map<NodeId, Reading>();
  #offset: number;

  constructor(options: ClockWatchOptions) {
    this.#options = options;
    this.#offset = options.now() - options.elapsed();
  }

  /** An authenticated peer said what its clock shows now. */
  heard(peer: NodeId, clock: Hlc): void {
    this.#readings.set(peer, { shown: hlcTime(clock), at: this.#options.elapsed() });
  }

  /** O(peers · log peers). */
  get verdict(): ClockVerdict {
    const ahead = this.#aheadOf();
    const agreeing = ahead.filter(({ ms }) => Math.abs(ms) <= driftBound).length;
    const others = ahead.filter(({ ms }) => Math.abs(ms) > driftBound);
    const against = largestGroup(others);
    if (against.length >= 2 && against.length > agreeing + 1)
      return {
        kind: "contradicted",
        aheadMs: against[Math.floor(against.length / 2)]!.ms,
        peers: against.map(({ peer }) => peer),
      };
    const isAgreed = agreeing >= 1 && agreeing + 1 >= others.length;
    return { kind: isAgreed ? "agreed" : "unknown", aheadMs: 0, peers: [] };
  }

  /** Whether this clock was set since the last call. */
  hasStepped(): boolean {
    const before = this.#offset;
    this.#offset = this.#options.now() - this.#options.elapsed();
    return Math.abs(this.#offset - before) > stepMs;
  }

  #aheadOf(): readonly Ahead[] {
    const [now, elapsed] = [this.#options.now(), this.#options.elapsed()];
    const found: Ahead[] = [];
    for (const [peer, { shown, at }] of this.#readings) {
      if (elapsed - at > keptMs) this.#readings.delete(peer);
      else found.push({ peer, ms: now - (shown + elapsed - at) });
    }
    return found;
  }
}

interface Ahead {
  readonly peer: NodeId;
  readonly ms: number;
}

/** The most that differ by no more than clocks may. */
function largestGroup(all: readonly Ahead[]): readonly Ahead[] {
  const sorted = [...all].sort((a, b) => a.ms - b.ms);
  let best: readonly Ahead[] = [];
  let start = 0;
  for (let end = 0; end < sorted.length; end++) {
    while (sorted[end]!.ms - sorted[start]!.ms > driftBound) start++;
    if (end + 1 - start > best.length) best = sorted.slice(start, end + 1);
  }
  return best;
}
