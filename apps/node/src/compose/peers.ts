import { type Configuration, hostPort } from "@jarvis-crdt/config";
import { createHandshakes, type Identity, type Trust } from "@jarvis-crdt/security";
import { defaultBackoff, Peers, TransportError } from "@jarvis-crdt/transport";
import type { Logger } from "pino";
import { StartError } from "../start-error.ts";
import { RefusalLog } from "./refusal-log.ts";
import type { ReplicaLinks } from "./replica-links.ts";

/** Dials and accepts peers as the configuration says, once it is started. */
export function makePeers(
  { network, synchronization }: Configuration,
  identity: Identity,
  trust: Trust,
  links: ReplicaLinks,
  logger: Logger,
): Peers {
  const refusals = new RefusalLog(logger, Date.now);
  return new Peers({
    node: identity.certificate.node,
    handshakes: createHandshakes({ identity, trust, purpose: "peer", now: Date.now }),
    addresses: network.peers,
    maxPeers: network.max_peers,
    backoff: { ...defaultBackoff, attempts: synchronization.retry_attempts },
    listen: { host: network.host, port: network.port },
    limits: {
      keepAliveMs: network.keep_alive,
      idleMs: 3 * network.keep_alive,
      bytesPerSecond: network.bandwidth_limit,
    },
    random: Math.random,
    onConnection: (connection) => links.join(connection),
    onRefused: (code, address, error, repeated) =>
      refusals.note({ code, address, reason: error instanceof Error ? error.message : undefined }, repeated),
  });
}

/** Returns where peers are accepted; undefined where they are only dialled. */
export async function startPeers(
  peers: Peers,
  network: Configuration["network"],
): Promise<{ readonly host: string; readonly port: number } | undefined> {
  try {
    return await peers.start();
  } catch (error) {
    const code = error instanceof TransportError ? error.code : (error as NodeJS.ErrnoException).code;
    throw new StartError(
      "peer-address",
      `peers cannot be accepted on ${hostPort(network.host, network.port)} (${code ?? "error"}); choose another network.host or network.port, 0 takes any free port`,
    );
  }
}
