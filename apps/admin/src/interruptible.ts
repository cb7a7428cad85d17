import { Progress } from "./ui/progress.ts";

/**
 * Runs what takes long and cleans up after itself: with progress on standard error, and a signal that the first Ctrl-C
 * sets. The second ends the process at once; that must be safe, too.
 */
export async function interruptible<T>(
  body: (progress: Progress, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const progress = new Progress();
  const stop = new AbortController();
  const onInterrupt = () => stop.abort();
  process.once("SIGINT", onInterrupt);
  process.once("SIGTERM", onInterrupt);
  try {
    return await body(progress, stop.signal);
  } finally {
    process.off("SIGINT", onInterrupt);
    process.off("SIGTERM", onInterrupt);
    progress.end();
  }
}
