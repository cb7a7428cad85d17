import { DerError } from "./der.ts";
import { SecurityError } from "./error.ts";
import { hasher } from "./hasher.ts";
import { isName, isRole, isUuid, maxLeafLifeMs, nodeUri, oid, type Role } from "./profile.ts";
import { readX509, type X509 } from "./x509.ts";

/** A node's certificate that fits the profile. Who signed it, and whether it is valid now, is `verifyCertificate`'s. */
export interface Certificate {
  /** UUID of the node, lower case. */
  readonly node: string;
  /** Name of the node, `[a-z0-9-]`. */
  readonly name: string;
  /** The ceiling of the node's rights. */
  readonly role: Role;
  /** Name of its cluster. */
  readonly cluster: string;
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** Milliseconds since 1970; valid at t if notBefore ≤ t < notAfter. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** How batch headers name it: the first 16 bytes of the hash of its DER. */
  readonly key: Uint8Array;
  readonly der: Uint8Array;
}

const digitalSignature = 0x80;

/**
 * Reads a node's certificate and checks the whole profile from its ASN.1: X.509 v3, Ed25519, at most 2,048 bytes and 400
 * days, no authority, key usage exactly digitalSignature, no unknown critical extension, subject exactly CN = name,
 * OU = role, O = cluster, and exactly one alternative name, `crdt://<cluster>/node/<uuid>`.
 * Throws `cert-profile`. Keeps a copy of `der`.
 */
export function parseCertificate(der: Uint8Array): Certificate {
  return leaf(profiled(() => readX509(Uint8Array.from(der))));
}

/** Runs a reader of certificates; what it refuses is `cert-profile`. */
export function profiled<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    throw new SecurityError(
      "cert-profile",
      `The certificate is not of the cluster's profile: ${error.message}.`,
    );
  }
}

/** The profile of a leaf on a certificate already taken apart. */
export function leaf(x509: X509): Certificate {
  return profiled(() => {
    const { extensions, notBefore, notAfter } = x509;
    if (extensions.basicConstraints.ca) throw new DerError("an authority, not a node");
    if (extensions.basicConstraints.pathLength !== undefined) throw new DerError("a path length on a node");
    if (extensions.keyUsage !== digitalSignature) throw new DerError("key usage is not digitalSignature");
    if (notAfter - notBefore > maxLeafLifeMs) throw new DerError("valid for more than 400 days");
    if (x509.attributes.length !== 3) throw new DerError("the subject is not CN, OU and O");
    const name = attribute(x509, oid.commonName);
    const role = attribute(x509, oid.organizationalUnit);
    const cluster = attribute(x509, oid.organization);
    if (!isName(name)) throw new DerError("CN is not a name of [a-z0-9-]");
    if (!isRole(role)) throw new DerError("OU is not reader, writer or admin");
    if (!isName(cluster)) throw new DerError("O is not a name of [a-z0-9-]");
    const [uri, ...others] = extensions.uris;
    if (uri === undefined || others.length > 0) throw new DerError("not exactly one alternative name");
    const node = uri.slice(-36);
    if (!isUuid(node) || uri !== nodeUri(cluster, node))
      throw new DerError("the alternative name is not crdt://<cluster>/node/<uuid>");
    const key = hasher.hash([x509.der]).slice(0, 16);
    return { node, name, role, cluster, publicKey: x509.publicKey, notBefore, notAfter, key, der: x509.der };
  });
}

/** The one attribute of this type in the subject. */
export function attribute(x509: X509, type: string): string {
  const [found, ...others] = x509.attributes.filter(([candidate]) => candidate === type);
  if (found === undefined || others.length > 0)
    throw new DerError("a subject without exactly one CN, OU or O");
  return found[1];
}
