import type { LogId, NodeId } from "@jarvis-crdt/crdt";
import type { Sources } from "@jarvis-crdt/sync";
import type { PeerSession } from "./peer-session.ts";

/** The sessions of a node, of which a peer may have several while one replaces another. */
export class Sessions implements Iterable<PeerSession> {
  readonly #sessions = new Set<PeerSession>();

  add(session: PeerSession): void {
    this.#sessions.add(session);
  }

  delete(session: PeerSession): void {
    this.#sessions.delete(session);
  }

  [Symbol.iterator](): Iterator<PeerSession> {
    return this.#sessions.values();
  }

  /** The last one with a peer that is open. */
  with(peer: NodeId): PeerSession | undefined {
    return [...this].findLast(({ link, isOpen }) => link.node === peer && isOpen);
  }

  /** A session with another node than `but`, from which a log can be taken that goes on there. */
  offering(log: LogId, but: NodeId): PeerSession | undefined {
    return [...this].find(({ link, awaited }) => link.node !== but && awaited.includes(log));
  }

  /** Asks others for what does not come from the peer that was asked for it. */
  reroute(sources: Sources): void {
    const sessions = [...this].map((session) => ({ session, awaited: new Set(session.awaited) }));
    for (const log of sources.stalled(sessions.flatMap(({ awaited }) => [...awaited]))) {
      const other = sessions.find(({ session, awaited }) => awaited.has(log) && !session.brings(log));
      if (other === undefined) continue;
      const before = sessions.find(({ session }) => session.brings(log));
      other.session.request(log);
      before?.session.quiet(log);
    }
  }

  closeAll(code: string, reason: string): void {
    for (const session of this) session.close(code, reason);
  }
}
