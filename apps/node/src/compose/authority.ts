import type { Authority } from "@jarvis-crdt/replica";
import { type Trust, verifyCertificate } from "@jarvis-crdt/security";

/** Judges authors by the certificate authorities that this node trusts, without asking today's date. */
export function authorityOf(trust: Trust): Authority {
  return { author: (der) => verifyCertificate(der, trust, { use: "author" }) };
}
