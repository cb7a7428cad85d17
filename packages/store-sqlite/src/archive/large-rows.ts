import { maxRowBytes } from "@jarvis-crdt/crdt";

/** Bytes of a row's values that replicate. A row above stays as it is in this file, and on this node. */
export const greatestRow: number = maxRowBytes;

/**
 * Bytes of rows that one drain takes, and one row more: they are read, signed and stored while the archive is locked, and
 * the application waits five seconds at most.
 */
export const drainedAtOnce: number = 64 * 1024 * 1024;

/**
 * A column as it is read: in place of a value that is too large for any row come as many zeros, because a text above
 * 512 MiB would end the process.
 */
export function bounded(column: string): string {
  return `iif(octet_length(${column})>${greatestRow},zeroblob(${greatestRow + 1}),${column})`;
}

/** How many of these rows, at least one, have no more than `most` bytes together. */
export function fitting(sizes: Iterable<number>, most: number): number {
  let count = 0;
  let bytes = 0;
  for (const size of sizes) {
    bytes += size;
    if (count > 0 && bytes > most) break;
    count++;
  }
  return count;
}
