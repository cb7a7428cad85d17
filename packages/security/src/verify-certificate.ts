import { type Certificate, leaf, profiled } from "./certificate.ts";
import { SecurityError, shown } from "./error.ts";
import { clockSkewMs } from "./profile.ts";
import type { Trust } from "./trust.ts";
import { verifier } from "./verifier.ts";
import { readX509 } from "./x509.ts";

/**
 * What a certificate is wanted for. `live`: a session now, so it and its authority must be within their dates, give or
 * take five minutes. `author`: judging batches, which must give the same verdict on every node and for ever, so no clock
 * is asked: the caller compares the dates returned with the clock of the batch.
 */
export type Purpose = { readonly use: "live"; readonly now: number } | { readonly use: "author" };

/**
 * Reads a node's certificate, checks the profile and that one of our authorities signed it. `now` is milliseconds since
 * 1970. One Ed25519 verification per authority of the issuer's name. Throws, in this order, `cert-profile`,
 * `cluster-mismatch`, `cert-untrusted`, `cert-expired`.
 */
export function verifyCertificate(der: Uint8Array, trust: Trust, purpose: Purpose): Certificate {
  const x509 = profiled(() => readX509(Uint8Array.from(der)));
  const certificate = leaf(x509);
  const { name, cluster } = certificate;
  if (cluster !== trust.cluster)
    throw new SecurityError(
      "cluster-mismatch",
      `The certificate of ${shown(name)} is of the cluster ${shown(cluster)}, this one is ${shown(trust.cluster)}.`,
    );
  const issuer = trust.authorities.find(
    ({ subject, publicKey }) =>
      Buffer.from(x509.issuer).equals(subject) && verifier.verify(x509.signature, x509.signed, publicKey),
  );
  if (issuer === undefined)
    throw new SecurityError(
      "cert-untrusted",
      `No authority in ca.pem signed the certificate of ${shown(name)}.`,
    );
  if (purpose.use === "live" && !(validAt(certificate, purpose.now) && validAt(issuer, purpose.now)))
    throw new SecurityError(
      "cert-expired",
      `The certificate of ${shown(name)} is valid from ${date(certificate.notBefore)} to ${date(certificate.notAfter)}, not at ${date(purpose.now)}. Issue a new one, or correct the clock.`,
    );
  return certificate;
}

function validAt(dates: { readonly notBefore: number; readonly notAfter: number }, now: number): boolean {
  return dates.notBefore - clockSkewMs <= now && now < dates.notAfter + clockSkewMs;
}

function date(time: number): string {
  return new Date(time).toISOString();
}
