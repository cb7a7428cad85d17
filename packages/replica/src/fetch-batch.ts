import { type Batch, batchId, decodeHeader, type Envelope, type Hasher, isHollow } from "@jarvis-crdt/batch";
import type { FrontierEntry, LogId, NodeId } from "@jarvis-crdt/crdt";
import type { Store } from "@jarvis-crdt/store";
import type { Inbox } from "./inbox.ts";
import { before } from "./log-healing.ts";

export interface FetchOptions {
  readonly store: Pick<Store, "read">;
  readonly inbox: Pick<Inbox, "verify">;
  readonly hasher: Hasher;
}

/** A peer that may hold the batch. */
export interface Holder {
  readonly link: { readonly node: NodeId };
  fetch(log: LogId, points: readonly FrontierEntry[]): Promise<readonly Envelope[]>;
}

/**
 * Finds somebody who has a stored batch whole, of which this node's copy is damaged: the one with the same header, verified.
 * Undefined where nobody has it, or where not even the header here can be read.
 */
export async function fetchBatch(
  log: LogId,
  first: number,
  holders: Iterable<Holder>,
  { store, inbox, hasher }: FetchOptions,
): Promise<{ readonly batch: Batch; readonly peer: NodeId } | undefined> {
  const damaged = (await store.read(log, first - 1, 1))[0]?.header;
  const header = damaged && headerOf(damaged);
  if (damaged === undefined || header?.log !== log || header.first !== first) return undefined;
  const points = first > 1 ? [{ seq: first - 1, batch: header.previous }] : [];
  const id = batchId(damaged, hasher);
  for (const holder of holders) {
    for (const envelope of await holder.fetch(log, points)) {
      if (isHollow(envelope) || !equal(batchId(envelope.header, hasher), id)) continue;
      const batch = await inbox.verify(envelope, before(envelope, undefined)).catch(() => undefined);
      if (batch) return { batch, peer: holder.link.node };
    }
  }
  return undefined;
}

function headerOf(bytes: Uint8Array) {
  try {
    return decodeHeader(bytes);
  } catch {
    return undefined;
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
