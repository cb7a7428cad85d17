import type { PeerLink, PeerSession, Replica } from "@jarvis-crdt/replica";
import type { Connection } from "@jarvis-crdt/transport";
import type { Logger } from "pino";

/** Puts connections and the replica together, and counts what went over the wire. */
export class ReplicaLinks {
  readonly #replica: Replica;
  readonly #logger: Logger;
  readonly #live = new Set<Connection>();
  #sent = 0;
  #received = 0;

  constructor(replica: Replica, logger: Logger) {
    this.#replica = replica;
    this.#logger = logger;
  }

  get bytesSent(): number {
    let sum = this.#sent;
    for (const { bytesSent } of this.#live) sum += bytesSent;
    return sum;
  }

  get bytesReceived(): number {
    let sum = this.#received;
    for (const { bytesReceived } of this.#live) sum += bytesReceived;
    return sum;
  }

  /** Begins a session over a new connection. */
  join(connection: Connection): void {
    const peer = {
      peer: connection.peer.node,
      name: connection.peer.name,
      address: connection.remoteAddress,
    };
    this.#live.add(connection);
    this.#logger.info(peer, "connected");
    const link: PeerLink = {
      node: connection.peer.node,
      send: (message) => connection.send(message),
      close: (code, reason) => {
        this.#logger.debug({ ...peer, code, reason }, "session ends");
        connection.close(code);
      },
    };
    let session: PeerSession | undefined;
    // Messages wait in the connection until the session has begun.
    const attached = this.#replica.attach(link).then((begun) => {
      session = begun;
    });
    attached.catch((error: unknown) => {
      this.#logger.error({ ...peer, err: error }, "a session could not begin");
      connection.close("internal");
    });
    connection.open({
      message: async (bytes) => {
        await attached;
        await session?.receive(bytes);
      },
      drain: () => session?.drained(),
      close: (reason) => {
        this.#live.delete(connection);
        this.#sent += connection.bytesSent;
        this.#received += connection.bytesReceived;
        this.#logger.info({ ...peer, code: reason.code, by: reason.by }, "disconnected");
        void attached.then(() => session && this.#replica.detach(session)).catch(() => undefined);
      },
    });
  }
}
