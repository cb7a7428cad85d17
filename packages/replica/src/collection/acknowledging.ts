import { decodeHeader } from "@jarvis-crdt/batch";
import { hlcTime, type LogId, type NodeId, nodeOf } from "@jarvis-crdt/crdt";
import {
  type Acknowledgement,
  acknowledge,
  acknowledgements,
  acknowledgementsOf,
  type Store,
} from "@jarvis-crdt/store";

/** Acknowledges in the name of this node what it has interpreted since it did so last. Returns whether there was anything. */
export async function acknowledgeNow(store: Store): Promise<boolean> {
  return (await newsSince(store, await said(store))) !== undefined && write(store);
}

/**
 * The same at most once in a quarter of a lease, and only where something older than that is not acknowledged: a lease never
 * runs out because of it, and writes in quick succession are acknowledged together. O(logs).
 */
export async function acknowledgeDue(store: Store, now: number, leaseMs: number): Promise<boolean> {
  const due = now - leaseMs / 4;
  const all = await said(store);
  const own = all.get(store.node);
  if (own !== undefined && own.at > due) return false;
  const since = await newsSince(store, all);
  return since !== undefined && since <= due && write(store);
}

type Said = ReadonlyMap<NodeId, Acknowledgement>;

/**
 * Since when something is interpreted that is not acknowledged, Unix ms. That somebody acknowledged is no news: a cluster in
 * which nobody writes falls silent.
 */
async function newsSince(store: Store, all: Said): Promise<number | undefined> {
  let since: number | undefined;
  for (const [log, { through: seq }] of await store.interpreted()) {
    const after = all.get(store.node)?.interpreted.get(log)?.through ?? 0;
    const dot = all.get(nodeOf(log))?.dot;
    const isOnlySaid = dot?.log === log && dot.seq === seq && after === seq - 1;
    if (after >= seq || isOnlySaid) continue;
    since = Math.min(since ?? Number.POSITIVE_INFINITY, await writtenAt(store, log, after));
  }
  return since;
}

async function writtenAt(store: Store, log: LogId, after: number): Promise<number> {
  const [next] = await store.read(log, after, 1);
  return next === undefined ? 0 : hlcTime(decodeHeader(next.header).hlcMin);
}

async function write(store: Store): Promise<boolean> {
  await store.commit({ intents: [acknowledge(store.node, await store.interpreted())] });
  return true;
}

async function said(store: Store): Promise<Said> {
  return new Map(acknowledgementsOf(await store.cells(acknowledgements)).map((one) => [one.node, one]));
}
