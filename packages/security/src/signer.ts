import type { Signer } from "@jarvis-crdt/batch";
import type { Identity } from "./identity.ts";

/** The batch layer's view of an identity: it signs, and names the certificate it signs with. */
export function createSigner(identity: Identity): Signer {
  return { key: identity.certificate.key, sign: (message) => identity.sign(message) };
}
