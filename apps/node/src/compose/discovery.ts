import { randomBytes } from "node:crypto";
import { type Configuration, isLoopback } from "@jarvis-crdt/config";
import {
  clusterHint,
  DnsDiscovery,
  type Hints,
  MulticastDiscovery,
  systemResolver,
} from "@jarvis-crdt/transport";
import type { Logger } from "pino";

export interface DiscoveryOptions {
  readonly network: Configuration["network"];
  readonly clusterId: Uint8Array;
  readonly hints: Hints;
  /** On which this node accepts peers. */
  readonly port: number;
  readonly logger: Logger;
}

/** Looks for peers in the way that the configuration says; undefined where they are only listed. */
export function startDiscovery({ network, clusterId, hints, port, logger }: DiscoveryOptions) {
  const { discovery_method: method, dns_names, dns_servers, dns_interval, host, announce } = network;
  const told = logged(hints, logger);
  const onProblem = (code: string, where: string, error: unknown) =>
    logger.warn({ code, where, err: error }, "peers cannot be looked for");
  switch (method) {
    case "static":
      return undefined;
    case "dns":
      return new DnsDiscovery({
        names: dns_names,
        resolver: systemResolver(dns_servers),
        intervalMs: dns_interval,
        hints: told,
        random: Math.random,
        onProblem,
      });
    case "multicast":
      if (isLoopback(host))
        logger.warn(
          { host },
          "only this machine can reach this node; set network.host to one of its addresses",
        );
      return new MulticastDiscovery({
        // What only this machine can reach is told to nobody else.
        host: isLoopback(host) ? "127.0.0.1" : host,
        port,
        announce,
        cluster: clusterHint(clusterId),
        instance: randomBytes(8).toString("hex"),
        hints: told,
        random: Math.random,
        onProblem,
      });
  }
}

function logged(hints: Hints, logger: Logger): Hints {
  return {
    found(address) {
      logger.debug({ address }, "a peer may be there");
      hints.found(address);
    },
    lost(address) {
      logger.debug({ address }, "nobody says any more that a peer is there");
      hints.lost(address);
    },
  };
}
