import type { Envelope } from "@jarvis-crdt/batch";
import type { LogId } from "@jarvis-crdt/crdt";

/** What the session needs to know of a batch; a `BatchHeader` is one. */
export interface Heading {
  readonly log: LogId;
  /** Sequence of its first operation. */
  readonly first: number;
  readonly count: number;
}

/** Reads the header of an envelope; throws an error with a `code` if it is none. An argument, so that this stays pure. */
export type HeadingOf = (envelope: Envelope) => Heading;

export function lastOf(heading: Heading): number {
  return heading.first + heading.count - 1;
}
