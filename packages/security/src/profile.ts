/** The X.509 profile of the cluster, in one place: names, limits and identifiers. */

export type Role = "reader" | "writer" | "admin";

const roles: ReadonlySet<string> = new Set(["reader", "writer", "admin"]);

export function isRole(text: string): text is Role {
  return roles.has(text);
}

/** Names of clusters and nodes: they appear in URIs, file names and log lines, so nothing in them needs escaping. */
export function isName(text: string): boolean {
  return /^[a-z0-9-]{1,63}$/.test(text);
}

export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text);
}

/** A certificate travels in a handshake message of 2,560 bytes, beside keys, tags and a signature. */
export const maxCertificateBytes = 2048;

const dayMs = 86_400_000;

/** What a leaf may at most live; a key that nobody rotates is a key that nobody can revoke by waiting. */
export const maxLeafLifeMs = 400 * dayMs;
export const leafLifeMs = 365 * dayMs;
export const caLifeMs = 3650 * dayMs;

/** Clocks of honest nodes may differ by this much. Certificates are issued that much into the past. */
export const clockSkewMs = 5 * 60_000;

/** Several authorities are for rotation: an old one, a new one, room for accidents. */
export const maxAuthorities = 16;

/** Where a certificate says which node it speaks for. */
export function nodeUri(cluster: string, node: string): string {
  return `crdt://${cluster}/node/${node}`;
}

/** Object identifiers in hex of their DER content. */
export const oid = {
  ed25519: "2b6570",
  commonName: "550403",
  organization: "55040a",
  organizationalUnit: "55040b",
  keyUsage: "551d0f",
  subjectAltName: "551d11",
  basicConstraints: "551d13",
} as const;
