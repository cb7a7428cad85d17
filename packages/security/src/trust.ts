import { readFileSync } from "node:fs";
import { attribute, profiled } from "./certificate.ts";
import { clusterIdOf } from "./cluster-id.ts";
import { DerError } from "./der.ts";
import { SecurityError, shown } from "./error.ts";
import { decodePem } from "./pem.ts";
import { isName, maxAuthorities, oid } from "./profile.ts";
import { verifier } from "./verifier.ts";
import { readX509 } from "./x509.ts";

/** One authority that may sign nodes' certificates. */
export interface Authority {
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** DER of its name, equal to the issuer of what it signed. */
  readonly subject: Uint8Array;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly der: Uint8Array;
}

/** Whom a node believes: the authorities of its one cluster. */
export interface Trust {
  /** Name of the cluster. */
  readonly cluster: string;
  /** What stands for it in headers and handshakes, 16 bytes. */
  readonly clusterId: Uint8Array;
  readonly authorities: readonly Authority[];
}

const keyCertSign = 0x04;

/** Reads `ca.pem`. Several authorities are allowed, for rotation. Throws `file-missing` or what `parseTrust` throws. */
export function loadTrust(caPemPath: string): Trust {
  return parseTrust(readText(caPemPath));
}

/**
 * Takes the authorities of one cluster from PEM text. Each must be a self-signed Ed25519 root with CA:TRUE, pathlen 0,
 * keyCertSign and O = cluster. Throws `cert-profile`, or `cluster-mismatch` if they are of different clusters.
 */
export function parseTrust(pem: string): Trust {
  const blocks = decodePem(pem, "CERTIFICATE");
  if (blocks.length === 0 || blocks.length > maxAuthorities)
    throw new SecurityError(
      "cert-profile",
      `The list of authorities must hold 1 to ${maxAuthorities} certificates.`,
    );
  const found = blocks.map((der) => profiled(() => readAuthority(der)));
  const { cluster } = found[0]!;
  const stranger = found.find((one) => one.cluster !== cluster);
  if (stranger !== undefined)
    throw new SecurityError(
      "cluster-mismatch",
      `The list of authorities mixes the clusters ${shown(cluster)} and ${shown(stranger.cluster)}.`,
    );
  return { cluster, clusterId: clusterIdOf(cluster), authorities: found.map(({ authority }) => authority) };
}

function readAuthority(der: Uint8Array): { readonly cluster: string; readonly authority: Authority } {
  const x509 = readX509(der);
  const { basicConstraints, keyUsage = 0 } = x509.extensions;
  if (!basicConstraints.ca) throw new DerError("no authority (CA:TRUE)");
  if (basicConstraints.pathLength !== 0) throw new DerError("an authority whose pathlen is not 0");
  if ((keyUsage & keyCertSign) === 0) throw new DerError("an authority without keyCertSign");
  const selfSigned =
    Buffer.from(x509.issuer).equals(x509.subject) &&
    verifier.verify(x509.signature, x509.signed, x509.publicKey);
  if (!selfSigned) throw new DerError("an authority that is not self-signed");
  const cluster = attribute(x509, oid.organization);
  if (!isName(cluster)) throw new DerError("O is not a name of [a-z0-9-]");
  const { publicKey, subject, notBefore, notAfter } = x509;
  return { cluster, authority: { publicKey, subject, notBefore, notAfter, der } };
}

/** A whole small text file. A missing one is `file-missing`; other errors of the file system pass through. */
export function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new SecurityError(
      "file-missing",
      `There is no file ${path}. Certificates are made with "jarvisctl ca init" and "jarvisctl node issue"; check the path.`,
    );
  }
}
