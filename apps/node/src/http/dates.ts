import { z } from "zod";

/** A moment, as the interface says it. */
export const dateSchema = z.iso.datetime();

export function iso(unixMs: number): string {
  return new Date(unixMs).toISOString();
}

export function isoOrNull(unixMs: number | null): string | null {
  return unixMs === null ? null : iso(unixMs);
}
