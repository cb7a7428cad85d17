import type { LogEntry } from "./message.ts";

/** Cuts entries into messages of at most `size`; no entries are one empty page. */
export function* pages(
  entries: readonly LogEntry[],
  size: number,
): Generator<[page: readonly LogEntry[], last: boolean]> {
  for (let at = 0; at === 0 || at < entries.length; at += size)
    yield [entries.slice(at, at + size), at + size >= entries.length];
}
