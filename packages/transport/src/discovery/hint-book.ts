import { TokenBucket } from "../token-bucket.ts";

/** Bounds of what is believed of strangers in one network. */
const bounds = {
  hints: 128,
  /** Of one sender: it may run several nodes. */
  perSource: 8,
  /** New ones a second, from all together, and at once. */
  newPerSecond: 4,
  burst: 64,
  /** For which a hint lasts without being repeated. */
  leastMs: 5_000,
  mostMs: 600_000,
} as const;

interface Hint {
  readonly source: string;
  readonly until: number;
}

/**
 * Addresses that were announced, for as long as they are. Bounded, whatever is said by whomever: a sender crowds out
 * only itself, and a flood by many senders is slowed down and replaces hints at random, so that true ones come in again
 * as they are repeated. Times are milliseconds of one clock; `random` is in [0, 1).
 */
export class HintBook {
  readonly #hints = new Map<string, Hint>();
  readonly #fresh: TokenBucket;
  readonly #random: () => number;

  constructor(now: number, random: () => number) {
    this.#fresh = new TokenBucket(bounds.newPerSecond, bounds.burst, now);
    this.#random = random;
  }

  get size(): number {
    return this.#hints.size;
  }

  /** Whether the address is new, and which one it replaces. */
  heard(address: string, source: string, ttlMs: number, now: number): { isNew: boolean; replaced?: string } {
    const until = now + Math.min(bounds.mostMs, Math.max(bounds.leastMs, ttlMs));
    if (this.#hints.has(address)) {
      this.#hints.set(address, { source, until });
      return { isNew: false };
    }
    if (this.#fresh.debtMs(now) > 0) return { isNew: false };
    this.#fresh.take(1, now);
    const own = [...this.#hints].filter(([, hint]) => hint.source === source).map(([text]) => text);
    const crowded = own.length >= bounds.perSource ? own : [...this.#hints.keys()];
    const full = own.length >= bounds.perSource || this.#hints.size >= bounds.hints;
    const replaced = full ? crowded[Math.floor(this.#random() * crowded.length)] : undefined;
    if (replaced !== undefined) this.#hints.delete(replaced);
    this.#hints.set(address, { source, until });
    return replaced === undefined ? { isNew: true } : { isNew: true, replaced };
  }

  /** The sender takes an address back; whether it was there. */
  gone(address: string, source: string): boolean {
    return this.#hints.get(address)?.source === source && this.#hints.delete(address);
  }

  /** Forgets what was not repeated in time, and says what. */
  expire(now: number): readonly string[] {
    const late = [...this.#hints].filter(([, { until }]) => until <= now).map(([address]) => address);
    for (const address of late) this.#hints.delete(address);
    return late;
  }
}
