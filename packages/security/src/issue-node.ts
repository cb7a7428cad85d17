import { join } from "node:path";
import type { Certificate } from "./certificate.ts";
import { SecurityError, shown } from "./error.ts";
import { issueCertificate } from "./issue-certificate.ts";
import { readKeyFile } from "./key-file.ts";
import { encodePrivateKeyPem, keyPairFromSeed, seedBytes } from "./key-pair.ts";
import { encodePem } from "./pem.ts";
import { clockSkewMs, isName, isUuid, leafLifeMs, type Role } from "./profile.ts";
import { parseTrust, readText } from "./trust.ts";
import { verifyCertificate } from "./verify-certificate.ts";
import { refuseExisting, writeFiles } from "./write-file.ts";

/** Which authority certifies whom as what, and where to. */
export interface IssueNodeOptions {
  /** Folder of the authority: `ca.key` and `ca.pem`. */
  readonly ca: string;
  /** Name of the node, `[a-z0-9-]`. */
  readonly name: string;
  readonly role: Role;
  /** Folder for `node.pem`, `node.key` (0600) and `ca.pem`. */
  readonly out: string;
  /** UUID of the node, to renew its certificate; a fresh one if absent. */
  readonly node?: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** As many secret random bytes as asked for. */
  readonly random: (length: number) => Uint8Array;
  /** Overwrite a key that is there. */
  readonly force?: boolean;
}

/**
 * Makes a key and a certificate for a node, valid for a year or as long as the authority. Throws `name-invalid`,
 * `file-exists`, `file-missing`, `key-permissions`, `key-invalid`, `identity-mismatch` (ca.key is of none of ca.pem), or
 * `cert-expired` if the authority is.
 */
export async function issueNode(options: IssueNodeOptions): Promise<Certificate> {
  const { ca, name, role, out, now, random, force = false, node = randomUuid(random(16)) } = options;
  if (!isName(name))
    throw new SecurityError(
      "name-invalid",
      `The node name ${shown(name)} is not 1 to 63 of a-z, 0-9 and "-".`,
    );
  if (!isUuid(node)) throw new SecurityError("name-invalid", `${shown(node)} is not a UUID in lower case.`);
  if (!force) refuseExisting(out, ["node.key"]);
  const authorities = readText(join(ca, "ca.pem"));
  const trust = parseTrust(authorities);
  const issuerKeys = readKeyFile(join(ca, "ca.key"));
  const authority = trust.authorities.find(({ publicKey }) =>
    Buffer.from(publicKey).equals(issuerKeys.publicKey),
  );
  if (authority === undefined)
    throw new SecurityError(
      "identity-mismatch",
      `ca.key is not the key of a certificate in ${join(ca, "ca.pem")}.`,
    );
  if (now >= authority.notAfter)
    throw new SecurityError(
      "cert-expired",
      `The authority in ${ca} ended on ${new Date(authority.notAfter).toISOString()}. Make a new one and add it to every ca.pem.`,
    );
  const keys = keyPairFromSeed(random(seedBytes));
  const der = await issueCertificate(
    { keys: issuerKeys, subject: authority.subject },
    {
      cluster: trust.cluster,
      node,
      name,
      role,
      publicKey: keys.publicKey,
      notBefore: Math.max(now - clockSkewMs, authority.notBefore),
      notAfter: Math.min(now + leafLifeMs, authority.notAfter),
      serial: random(16),
    },
  );
  // What we issue goes through the same gate as what we receive, before anybody gets it.
  const certificate = verifyCertificate(der, trust, { use: "live", now });
  writeFiles([
    { path: join(out, "ca.pem"), text: authorities, mode: 0o644 },
    { path: join(out, "node.pem"), text: encodePem(der, "CERTIFICATE"), mode: 0o644 },
    { path: join(out, "node.key"), text: encodePrivateKeyPem(keys), mode: 0o600 },
  ]);
  return certificate;
}

/** Version 4 from 16 random bytes. */
function randomUuid(random: Uint8Array): string {
  const bytes = Buffer.from(random);
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
