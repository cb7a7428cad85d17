import type { Configuration } from "@jarvis-crdt/config";
import { type Identity, loadIdentity, loadTrust, type Trust, verifyCertificate } from "@jarvis-crdt/security";
import type { Logger } from "pino";
import { StartError } from "../start-error.ts";

/** The node's identity, by the authorities of the configuration. An expired certificate still serves its own archive. */
export function readIdentity(
  { security, node_id }: Configuration,
  logger: Logger,
): { identity: Identity; trust: Trust } {
  const identity = loadIdentity(security.node_certificates);
  const trust = loadTrust(security.trusted_ca);
  const { certificate } = identity;
  verifyCertificate(certificate.der, trust, { use: "author" });
  if (node_id !== "auto" && node_id !== certificate.node)
    throw new StartError(
      "identity-mismatch",
      `node_id is ${node_id}, the certificate in ${security.node_certificates} is of ${certificate.node}; correct one of them`,
    );
  if (Date.now() >= certificate.notAfter)
    logger.error(
      { code: "cert-expired", until: new Date(certificate.notAfter).toISOString() },
      "this node's certificate has expired: no peer accepts it; issue a new one",
    );
  return { identity, trust };
}
