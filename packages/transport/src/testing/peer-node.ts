import { formatAddress } from "../address.ts";
import type { Connection } from "../connection.ts";
import { type Listener, listen } from "../listen.ts";
import { Peers } from "../peers.ts";
import type { PeersOptions } from "../peers-options.ts";
import { testHandshakes } from "./channel.ts";
import { Inbox } from "./pair.ts";

/** A node with peers, and what it heard. */
export class Node {
  readonly name: string;
  readonly peers: Peers;
  readonly opened: Connection[] = [];
  readonly refused: string[] = [];
  /** Of these, how many told nothing new. */
  repeated = 0;
  address = "";

  constructor(node: string, addresses: readonly string[], options: Partial<PeersOptions> = {}) {
    this.name = node;
    this.peers = new Peers({
      node,
      handshakes: testHandshakes(node),
      addresses,
      listen: { host: "127.0.0.1", port: 0 },
      random: () => 0,
      backoff: { minMs: 2, maxMs: 20, attempts: 1 },
      onRefused: (code, _address, _error, repeated) => {
        this.refused.push(code);
        if (repeated) this.repeated++;
      },
      onConnection: (connection) => {
        this.opened.push(connection);
        connection.open(new Inbox());
      },
      ...options,
    });
  }

  async start(): Promise<this> {
    const address = await this.peers.start();
    if (address) this.address = formatAddress(address);
    return this;
  }

  get nodes(): readonly string[] {
    return this.peers.connections.map(({ peer }) => peer.node);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.peers.close();
  }
}

/** A port that nobody listens on. */
export const freePort = async (): Promise<number> => {
  const listener = await listen({
    host: "127.0.0.1",
    port: 0,
    handshakes: testHandshakes("x"),
    onConnection() {},
  });
  await listener.close();
  return listener.address.port;
};

/** Listens as a node, and takes every connection. */
export function accept(port: number, node: string, connections: Connection[] = []): Promise<Listener> {
  return listen({
    host: "127.0.0.1",
    port,
    handshakes: testHandshakes(node),
    onConnection: (connection) => {
      connections.push(connection);
      connection.open(new Inbox());
    },
  });
}
