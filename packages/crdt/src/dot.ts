import type { LogId } from "./log.ts";

/** The name of one operation for ever: its place in its author's log. Sequences are dense and start at 1. */
export interface Dot {
  readonly log: LogId;
  readonly seq: number;
}

/** Order of dots wherever a canonical order is needed: by log id, then by sequence. */
export function compareDots(a: Dot, b: Dot): number {
  if (a.log !== b.log) return a.log < b.log ? -1 : 1;
  return a.seq - b.seq;
}

/** Whether two dots name one operation. */
export function sameDot(a: Dot, b: Dot): boolean {
  return a.seq === b.seq && a.log === b.log;
}

/** Whether a dot is among some. O(dots). */
export function hasDot(dots: readonly Dot[], dot: Dot): boolean {
  for (const one of dots) if (one.seq === dot.seq && one.log === dot.log) return true;
  return false;
}
