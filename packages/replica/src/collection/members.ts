import { hlcTime, type LogId, type NodeId, nodeOf } from "@jarvis-crdt/crdt";
import {
  type Acknowledgement,
  acknowledgements,
  acknowledgementsOf,
  type Member,
  type Store,
  type Stretch,
} from "@jarvis-crdt/store";
import type { Author, Authority } from "../authority.ts";

/** Another node that may write: whoever has a certificate for that which is not over. */
export interface KnownMember extends Member {
  readonly role: Author["role"];
  /** Unix ms; null where it has never acknowledged anything. */
  readonly acknowledgedAt: number | null;
}

export interface Members {
  /** This node's own. */
  readonly own: Acknowledgement | undefined;
  readonly others: readonly KnownMember[];
}

/** Who is waited for, from the certificates and logs that are stored. O(members + logs). */
export async function membersOf(store: Store, authority: Authority, now: number): Promise<Members> {
  const said = new Map(
    acknowledgementsOf(await store.cells(acknowledgements)).map((one) => [one.node, one] as const),
  );
  const wroteAt = await lastWrites(store);
  const others: KnownMember[] = [];
  for (const node of await store.authors()) {
    if (node === store.node) continue;
    const certificates = (await store.certificates(node)).map((der) => authority.author(der));
    const valid = certificates.filter(({ role, notAfter }) => role !== "reader" && now < notAfter);
    const [newest] = valid;
    if (newest === undefined) continue;
    const { at, interpreted = new Map<LogId, Stretch>() } = said.get(node) ?? {};
    const began = Math.min(...valid.map(({ notBefore }) => notBefore));
    const seenAt = Math.max(began, at ?? 0, wroteAt.get(node) ?? 0);
    others.push({ node, role: newest.role, seenAt, acknowledgedAt: at ?? null, interpreted });
  }
  return { own: said.get(store.node), others };
}

/** When each node wrote what is stored of it last, Unix ms. */
async function lastWrites(store: Store): Promise<ReadonlyMap<NodeId, number>> {
  const wroteAt = new Map<NodeId, number>();
  for (const log of (await store.frontier()).keys()) {
    const head = await store.head(log);
    if (head === undefined) continue;
    const node = nodeOf(log);
    wroteAt.set(node, Math.max(wroteAt.get(node) ?? 0, hlcTime(head.header.hlcMax)));
  }
  return wroteAt;
}
