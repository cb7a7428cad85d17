/** How the pauses between attempts grow, in ms. */
export interface Backoff {
  readonly minMs: number;
  readonly maxMs: number;
  /** Attempts at each delay before it doubles; 0 takes the longest from the start. */
  readonly attempts: number;
}

/** A quarter of a second, doubled with each attempt, up to 15 s. */
export const defaultBackoff: Backoff = { minMs: 250, maxMs: 15_000, attempts: 1 };

/**
 * How long to wait before attempt `attempt` (from 0): exponential, bounded, and spread over its upper half, so that
 * nodes which lost the same peer do not come back in step. `random` is in [0, 1).
 */
export function backoffDelay({ minMs, maxMs, attempts }: Backoff, attempt: number, random: number): number {
  const doublings = attempts === 0 ? Number.POSITIVE_INFINITY : Math.floor(attempt / attempts);
  const full = Math.min(maxMs, minMs * 2 ** Math.min(doublings, 30));
  return full * (0.5 + random / 2);
}
