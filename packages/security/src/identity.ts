import { join } from "node:path";
import { type Certificate, parseCertificate } from "./certificate.ts";
import { SecurityError, shown } from "./error.ts";
import { readKeyFile } from "./key-file.ts";
import { type KeyPair, signWith } from "./key-pair.ts";
import { decodePem } from "./pem.ts";
import { loadTrust, readText, type Trust } from "./trust.ts";

/** What a node is: its certificate, the key behind it, and whom it believes. The key itself stays in the closure. */
export interface Identity {
  readonly certificate: Certificate;
  /** Ed25519 with the node's key, 64 bytes. */
  sign(message: Uint8Array): Uint8Array;
  readonly trust: Trust;
}

/**
 * Loads the identity of this node from `node.pem`, `node.key` and `ca.pem` in a folder. Throws `file-missing`,
 * `key-permissions`, `key-invalid`, `cert-profile`, `identity-mismatch` (the key is not that of the certificate) or
 * `cluster-mismatch`. It does not ask the date or the authority: a node whose certificate ran out still serves its own
 * archive; whether it may talk to others is for `verifyCertificate`, here and at the peers.
 */
export function loadIdentity(folder: string): Identity {
  const certificatePath = join(folder, "node.pem");
  const keyPath = join(folder, "node.key");
  const [der, ...others] = decodePem(readText(certificatePath), "CERTIFICATE");
  if (der === undefined || others.length > 0)
    throw new SecurityError("cert-profile", `${certificatePath} must hold exactly one certificate.`);
  return createIdentity(parseCertificate(der), readKeyFile(keyPath), loadTrust(join(folder, "ca.pem")));
}

/** Joins the parts of an identity. Throws `identity-mismatch` or `cluster-mismatch` if they do not belong together. */
export function createIdentity(certificate: Certificate, keys: KeyPair, trust: Trust): Identity {
  if (!Buffer.from(keys.publicKey).equals(certificate.publicKey))
    throw new SecurityError(
      "identity-mismatch",
      `node.key is not the key of the certificate of ${shown(certificate.name)} in node.pem.`,
    );
  if (certificate.cluster !== trust.cluster)
    throw new SecurityError(
      "cluster-mismatch",
      `node.pem is of the cluster ${shown(certificate.cluster)}, ca.pem of ${shown(trust.cluster)}.`,
    );
  return { certificate, sign: (message) => signWith(keys, message), trust };
}
