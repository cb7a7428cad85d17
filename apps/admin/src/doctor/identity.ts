import type { Configuration } from "@jarvis-crdt/config";
import { loadIdentity, loadTrust, SecurityError, verifyCertificate } from "@jarvis-crdt/security";
import { type Finding, good, problem, warning } from "./finding.ts";

const dayMs = 86_400_000;
const soonDays = 30;

/** Certificate and key. Returns the node's id where they are good enough to tell. */
export function examineIdentity(
  { security, node_id }: Configuration,
  now: number,
): {
  readonly node: string | undefined;
  readonly cluster: Uint8Array | undefined;
  readonly findings: readonly Finding[];
} {
  try {
    const { certificate } = loadIdentity(security.node_certificates);
    const trust = loadTrust(security.trusted_ca);
    verifyCertificate(certificate.der, trust, { use: "author" });
    const found = { node: certificate.node, cluster: trust.clusterId };
    if (node_id !== "auto" && node_id !== certificate.node) {
      const sentence = `node_id says ${node_id}, but the certificate is of ${certificate.node}.`;
      return { ...found, findings: [problem("identity-mismatch", sentence, "Correct one of them.")] };
    }
    return { ...found, findings: [dates(certificate, now)] };
  } catch (error) {
    if (!(error instanceof SecurityError)) throw error;
    const next = 'Put node.pem, node.key and ca.pem there, or have them issued with "jarvisctl node issue".';
    return { node: undefined, cluster: undefined, findings: [problem(error.code, error.message, next)] };
  }
}

function dates(
  { notBefore, notAfter, role }: { notBefore: number; notAfter: number; role: string },
  now: number,
): Finding {
  const until = new Date(notAfter).toISOString().slice(0, 10);
  const renew = 'Have a new one issued with "jarvisctl node issue" and put it in place of this one.';
  if (now < notBefore)
    return problem(
      "cert-not-yet",
      `The certificate counts from ${new Date(notBefore).toISOString()} on, and this machine's clock is before that.`,
      "Set the clock right.",
    );
  if (now >= notAfter)
    return problem("cert-expired", `The certificate expired on ${until}: no peer accepts this node.`, renew);
  const days = Math.floor((notAfter - now) / dayMs);
  if (days < soonDays)
    return warning("cert-expires", `The certificate expires in ${days} days, on ${until}.`, renew);
  return good("certificate", `The certificate (${role}) is good until ${until}.`);
}
