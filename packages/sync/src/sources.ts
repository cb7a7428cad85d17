import { type LogId, type NodeId, nodeOf } from "@jarvis-crdt/crdt";

/** A session, as the others need to know it. */
export interface Source {
  /** Whether its peer is known to have more of the log than we. */
  isAhead(log: LogId): boolean;
}

/** Who brings which log, where several sessions could: shared by all sessions of a node. */
export class Sources {
  /** Sessions that were asked for a log. */
  readonly #asked = new Map<LogId, Source>();
  /** Sessions with a node, which pushes its own logs unasked. */
  readonly #sessions = new Map<NodeId, Source>();
  /** How often in a row a log was found awaited and unmoved. */
  #unmoved = new Map<LogId, number>();

  joined(node: NodeId, session: Source): void {
    this.#sessions.set(node, session);
  }

  /** The session is over: what it was to bring may come from others. */
  left(session: Source): void {
    for (const [node, one] of this.#sessions) if (one === session) this.#sessions.delete(node);
    for (const [log, one] of this.#asked) if (one === session) this.#asked.delete(log);
  }

  /**
   * Whether this session may ask for a log: nobody else was asked, and its author is not here or is its peer. With
   * `eager` also where whoever was asked is not known to have more, instead of waiting for it to get more.
   */
  claim(log: LogId, session: Source, eager: boolean): boolean {
    const owner = this.owner(log);
    if (owner !== undefined && owner !== session && !(eager && !owner.isAhead(log))) return false;
    this.#asked.set(log, session);
    return true;
  }

  /** Whether another session is to bring the log. */
  isElsewhere(log: LogId, session: Source): boolean {
    const owner = this.owner(log);
    return owner !== undefined && owner !== session;
  }

  /** The session does not bring the log any more. */
  release(log: LogId, session: Source): void {
    if (this.#asked.get(log) === session) this.#asked.delete(log);
  }

  /** The session that is to bring the log. */
  owner(log: LogId): Source | undefined {
    return this.#asked.get(log) ?? this.#sessions.get(nodeOf(log));
  }

  /** From now on this session brings the log. */
  take(log: LogId, session: Source): void {
    this.#asked.set(log, session);
    this.#unmoved.delete(log);
  }

  /** Our frontier of the log grew. */
  moved(log: LogId): void {
    this.#unmoved.delete(log);
  }

  /**
   * Given all logs that some peer has more of, those of which nothing came since the call before: whoever was to bring
   * them does not. To be called every few seconds.
   */
  stalled(awaited: Iterable<LogId>): readonly LogId[] {
    const unmoved = new Map<LogId, number>();
    for (const log of awaited) unmoved.set(log, (this.#unmoved.get(log) ?? 0) + 1);
    this.#unmoved = unmoved;
    return [...unmoved].filter(([, times]) => times > 1).map(([log]) => log);
  }
}
