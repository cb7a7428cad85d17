import type { Answer, Packet } from "dns-packet";

/** DNS-SD (RFC 6763) as far as nodes use it: one service type, an instance for each running node. */
export const serviceType = "_crdtsync._tcp.local";

/** Records that are looked at in one packet. */
const maxRecords = 64;

export interface Announcement {
  /** First label of the instance's name: random, and new with each start of a node. */
  readonly instance: string;
  readonly port: number;
  /** Hint at the cluster, see `clusterHint`; nodes of others need not be dialled. */
  readonly cluster: string;
  /** Seconds; 0 takes the announcement back. */
  readonly ttl: number;
}

/** The records that announce an instance on the host of `address` (IPv4). They name neither node nor owner. */
export function announce({ instance, port, cluster, ttl }: Announcement, address: string): Answer[] {
  const name = `${instance}.${serviceType}`;
  const target = `${instance}.local`;
  return [
    { type: "PTR", name: serviceType, ttl, data: name },
    { type: "SRV", name, ttl, data: { port, target, priority: 0, weight: 0 } },
    { type: "TXT", name, ttl, data: [`cluster=${cluster}`] },
    { type: "A", name: target, ttl, data: address },
  ];
}

/** Whether a query asks for nodes. */
export function asksForNodes({ questions = [] }: Packet): boolean {
  return questions
    .slice(0, maxRecords)
    .some(({ type, name }) => ["PTR", "ANY"].includes(type) && name.toLowerCase() === serviceType);
}

/**
 * The nodes that a response announces. Addresses in it are not read: where a node is, is where its packet came from, so
 * that nobody is sent elsewhere. What is incomplete or odd is passed over.
 */
export function announcements({ answers = [], additionals = [] }: Packet): readonly Announcement[] {
  const records = [...answers, ...additionals].slice(0, maxRecords);
  const clusters = new Map<string, string>();
  for (const record of records) {
    if (record.type !== "TXT") continue;
    const texts = Array.isArray(record.data) ? record.data : [record.data];
    for (const text of texts.slice(0, 8)) {
      const match = /^cluster=([0-9a-f]{8})$/.exec(String(text));
      if (match) clusters.set(record.name.toLowerCase(), match[1]!);
    }
  }
  return records.flatMap((record) => {
    if (record.type !== "SRV") return [];
    const name = record.name.toLowerCase();
    const cluster = clusters.get(name);
    const instance = name.slice(0, -serviceType.length - 1);
    const { port } = record.data;
    if (name !== `${instance}.${serviceType}` || !/^[0-9a-z-]{1,63}$/.test(instance)) return [];
    if (cluster === undefined || port < 1 || port > 65_535) return [];
    return [{ instance, port, cluster, ttl: record.ttl ?? 0 }];
  });
}

/** Eight hex digits by which nodes of one cluster find each other; a cluster's id does not become known by it. */
export function clusterHint(digest: Uint8Array): string {
  return Buffer.from(digest.subarray(0, 4)).toString("hex");
}
