import { BatchError } from "@jarvis-crdt/batch";
import type { Dot, Hlc, LogId } from "@jarvis-crdt/crdt";
import type { Medium, StoredHeader } from "../engine/medium.ts";
import type { Bind } from "../engine/schema-map.ts";
import { isSpent } from "../engine/spent.ts";

/** What may go, as far as others are concerned. */
export interface CollectRequest {
  readonly logs: ReadonlyMap<LogId, Stretch>;
  /** What was written then or later stays, and what lived then. */
  readonly before: Hlc;
  /** The time: nobody knows when something died but who has looked before. Absent, when it died does not count. */
  readonly now?: Hlc;
  /** Where the last page ended. */
  readonly from?: Dot | undefined;
}

/** A part of a log: operations after the one, and up to the other. */
export interface Stretch {
  readonly after: number;
  readonly through: number;
}

/** What one page of work came to. */
export interface Collected {
  /** Batches that were emptied. */
  readonly batches: number;
  readonly operations: number;
  /** Of bodies and leaf hashes. */
  readonly bytes: number;
  /** Where the next page begins; undefined: everything was looked at. */
  readonly next: Dot | undefined;
  /** Nothing was looked at, because an archive is still to show what the logs hold. */
  readonly isPutOff?: true;
}

/** What is looked at in one page, in operations: some 20 ms. */
const workAtOnce = 4_000;
/** What it costs to unpack a batch, in the same unit. */
const unpacking = 50;
/** Headers of one page: more than one transaction has batches, whose bytes are bounded. */
const headersAtOnce = 2_000;

/** Empties whole transactions of which nothing lives, as far as one page goes. Never the last batch of a log. */
export function collect(medium: Medium, bind: Bind, { logs, before, now, from }: CollectRequest): Collected {
  const done = { batches: 0, operations: 0, bytes: 0 };
  let work = 0;
  for (const log of [...logs.keys()].sort()) {
    if (from !== undefined && log < from.log) continue;
    const { after, through } = logs.get(log)!;
    const { seq = 0, whole = 0 } = medium.log(log) ?? {};
    const end = Math.min(through, whole, seq - 1);
    const start = Math.max(after, from?.log === log ? from.seq : 0);
    const page = medium.headers(log, start, headersAtOnce);
    let at = start;
    for (const batches of transactionsOf(page)) {
      const last = batches.at(-1)!;
      if (last.last > end || last.hlcMax >= before) break;
      at = last.last;
      if (batches.some(({ isHollow }) => isHollow)) continue;
      const operations = at - batches[0]!.first + 1;
      work += operations + batches.length * unpacking;
      if (isFree(medium, bind, log, batches) && isDeadSince(medium, log, batches[0]!.first, before, now)) {
        medium.setSpentSince(log, batches[0]!.first, undefined);
        for (const { first, bytes } of batches) {
          medium.empty(log, first);
          done.bytes += bytes;
        }
        done.batches += batches.length;
        done.operations += operations;
      }
      if (work >= workAtOnce) return { ...done, next: { log, seq: at } };
    }
    if (page.length === headersAtOnce && at > start) return { ...done, next: { log, seq: at } };
  }
  return { ...done, next: undefined };
}

/** Whether nothing lived at that time already, as far as earlier looks tell. What was found dead just now is remembered. */
function isDeadSince(medium: Medium, log: LogId, first: number, before: Hlc, now: Hlc | undefined): boolean {
  if (now === undefined) return true;
  const known = medium.spentSince(log, first);
  if ((known ?? now) <= before) return true;
  if (known === undefined) medium.setSpentSince(log, first, now);
  return false;
}

function isFree(medium: Medium, bind: Bind, log: LogId, batches: readonly StoredHeader[]): boolean {
  if (batches.some(({ first }) => medium.isInUse(log, first))) return false;
  const { first } = batches[0]!;
  try {
    if (isSpent(medium, bind, { log, first, last: batches.at(-1)!.last })) return true;
    // It may have come back, because what had removed it counts no more.
    if (medium.spentSince(log, first) !== undefined) medium.setSpentSince(log, first, undefined);
    return false;
  } catch (error) {
    // A damaged batch stays, for scrub to find.
    if (error instanceof BatchError) return false;
    throw error;
  }
}

/** Transactions that are there to their end. */
function* transactionsOf(page: readonly StoredHeader[]): Iterable<readonly StoredHeader[]> {
  let batches: StoredHeader[] = [];
  for (const batch of page) {
    batches.push(batch);
    if (batch.continues) continue;
    yield batches;
    batches = [];
  }
}
