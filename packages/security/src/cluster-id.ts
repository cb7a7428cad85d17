import { hasher } from "./hasher.ts";

const domain = new TextEncoder().encode("crdtsync/1 cluster\0");

/**
 * The 16 bytes that stand for a cluster in batch headers and handshakes: the start of the hash of its name, which every
 * certificate carries. It separates clusters; what it does not do is authenticate them, that is the authorities' part.
 * It survives the rotation of authorities. See docs/decisions, "cluster id".
 */
export function clusterIdOf(cluster: string): Uint8Array {
  return hasher.hash([domain, new TextEncoder().encode(cluster)]).slice(0, 16);
}
