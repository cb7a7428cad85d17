import { type LogId, type NodeId, nodeOf } from "@jarvis-crdt/crdt";
import type { Authors } from "../authors.ts";
import type { PeerSession } from "../peer-session.ts";
import type { Witness, Witnesses } from "./witness.ts";

/** Members as sessions and certificates show them. */
export class Members implements Witnesses {
  readonly #node: NodeId;
  readonly #authors: Authors;
  readonly #sessions: Iterable<PeerSession>;
  readonly #now: () => number;

  constructor(node: NodeId, authors: Authors, sessions: Iterable<PeerSession>, now: () => number) {
    this.#node = node;
    this.#authors = authors;
    this.#sessions = sessions;
    this.#now = now;
  }

  members(): ReadonlySet<NodeId> {
    const members = new Set<NodeId>(this.#authors.writers(this.#now()));
    // Whose logs a peer has, wrote them, though his certificate is still to come; a peer who wrote nothing yet may be a member, too.
    for (const { link, awaited } of this.#sessions)
      for (const node of [link.node, ...awaited.map(nodeOf)])
        if (!this.#authors.isKnown(node)) members.add(node);
    members.delete(this.#node);
    return members;
  }

  present(): readonly Witness[] {
    const members = this.members();
    const witnesses = new Map<NodeId, Witness>();
    for (const session of this.#sessions) {
      const { node } = session.link;
      if (!session.vouches || !members.has(node)) continue;
      witnesses.set(node, {
        node,
        ask: (log: LogId, after: number) => session.inquire(log, after),
        isPresent: () => session.vouches,
        has: (log: LogId, through: number) => (session.acknowledged(log)?.seq ?? 0) >= through,
      });
    }
    return [...witnesses.values()];
  }
}
