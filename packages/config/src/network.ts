import { z } from "zod";
import { isAddress } from "./address.ts";
import { duration, flag, host, hostText, port, portText, size } from "./checks.ts";
import { always, choice, key } from "./key.ts";

/** The keys of `network`. Those of the plan's §11.2 first. */
export const network = {
  enabled: key(z.boolean(), true, flag, "Talk to other nodes; false keeps this node for itself."),
  host: key(host, "127.0.0.1", hostText, "Address on which peers are accepted."),
  port: key(port, 8888, portText, "Port on which peers are accepted."),
  discovery_method: key(
    choice(["static"], {
      multicast: 'multicast discovery is not built yet; use "static" and list the peers',
      dns: 'DNS discovery is not built yet; use "static" and list the peers',
    }),
    "static",
    '"static"',
    "How peers are found.",
  ),
  peers: key(
    z.array(z.string().refine(isAddress)).max(1000),
    [],
    'a list of at most 1000 addresses "host:port" ("[::1]:8888" for IPv6)',
    "Peers to which this node connects.",
  ),
  encryption: key(
    always("there is no unencrypted way to replicate; leave it true"),
    true,
    "true",
    "Noise channel between nodes; cannot be switched off.",
  ),
  compression: key(
    always("batches are packed once, by their author, as part of the format; leave it true"),
    true,
    "true",
    "Batches travel as zstd; part of the format.",
  ),
  max_peers: key(
    z.int().min(8).max(1000),
    32,
    "an integer from 8 to 1000",
    "With more known peers than this, the node connects to a random half of so many instead of all.",
  ),
  keep_alive: key(
    duration(1000, 3_600_000),
    "30s",
    'a duration from "1s" to "1h"',
    "Silence after which a connected peer is asked whether it is there; after three times as long it counts as gone.",
  ),
  bandwidth_limit: key(
    z.union([z.literal("none").transform(() => Number.POSITIVE_INFINITY), size(16_384, 100_000_000_000)]),
    "none",
    '"none", or a size from "16KiB" to "100GB" (units B, KB, MB, GB, KiB, MiB, GiB)',
    "What may pass between this node and one peer in a second, each way.",
  ),
} as const;
