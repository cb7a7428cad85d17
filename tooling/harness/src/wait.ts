import { patience } from "./patience.ts";

export interface WaitOptions {
  /** What is waited for, for the error. */
  readonly what: string;
  /** Default 10,000. */
  readonly timeoutMs?: number;
  /** Pause between two questions; default 20. */
  readonly intervalMs?: number;
}

/**
 * Asks `condition` until it answers something true, and returns that. What it throws counts as "not yet"; the last
 * such error is the cause of the one thrown when the time is over.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { what, timeoutMs = 10_000, intervalMs = 20 }: WaitOptions,
): Promise<Exclude<T, false | null | undefined | 0 | "">> {
  const deadline = performance.now() + timeoutMs * patience;
  let last: unknown;
  for (;;) {
    try {
      last = undefined;
      const answer = await condition();
      if (answer) return answer as Exclude<T, false | null | undefined | 0 | "">;
    } catch (error) {
      last = error;
    }
    if (performance.now() >= deadline)
      throw new Error(`${what}: not within ${timeoutMs * patience} ms`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  }
}
