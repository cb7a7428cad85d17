import { isIP } from "node:net";
import { z } from "zod";
import { isAddress, isHost } from "./address.ts";
import { duration, flag, host, hostText, port, portText, size } from "./checks.ts";
import { always, choice, key } from "./key.ts";

const isLookup = (text: string) =>
  text.startsWith("_") ? isHost(text) : isAddress(text) && !text.startsWith("[");
const isServer = (text: string) =>
  isAddress(text) && isIP(text.replace(/:\d+$/, "").replace(/^\[|\]$/g, "")) !== 0;

/** The keys of `network`. Those of the plan's §11.2 first. */
export const network = {
  enabled: key(z.boolean(), true, flag, "Talk to other nodes; false keeps this node for itself."),
  host: key(host, "127.0.0.1", hostText, "Address on which peers are accepted."),
  port: key(port, 8888, portText, "Port on which peers are accepted."),
  discovery_method: key(
    choice(["static", "dns", "multicast"]),
    "static",
    '"static", "dns" or "multicast"',
    "How peers are found besides those that are listed: not at all, by names, or in the local network. Who is found must still prove to belong to the cluster.",
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
  announce: key(
    z.boolean(),
    true,
    flag,
    "With multicast: tell the local network where this node is; false only listens to others.",
  ),
  dns_names: key(
    z.array(z.string().refine(isLookup)).max(16),
    [],
    'a list of at most 16 names: a service "_crdtsync._tcp.example.org" (SRV) or a host "nodes.example.org:8888" (A, AAAA)',
    "With dns: the names that are looked up.",
  ),
  dns_interval: key(
    duration(5000, 86_400_000),
    "1m",
    'a duration from "5s" to "1d"',
    "With dns: how often each name is looked up.",
  ),
  dns_servers: key(
    z.array(z.string().refine(isServer)).max(8),
    [],
    'a list of at most 8 IP addresses with a port, such as "192.0.2.53:53"',
    "With dns: servers to ask instead of the system's.",
  ),
  bandwidth_limit: key(
    z.union([z.literal("none").transform(() => Number.POSITIVE_INFINITY), size(16_384, 100_000_000_000)]),
    "none",
    '"none", or a size from "16KiB" to "100GB" (units B, KB, MB, GB, KiB, MiB, GiB)',
    "What may pass between this node and one peer in a second, each way.",
  ),
} as const;
