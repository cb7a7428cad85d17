import { join } from "node:path";
import { clusterIdOf } from "./cluster-id.ts";
import { SecurityError, shown } from "./error.ts";
import { issueAuthority } from "./issue-certificate.ts";
import { encodePrivateKeyPem, keyPairFromSeed, seedBytes } from "./key-pair.ts";
import { encodePem } from "./pem.ts";
import { caLifeMs, clockSkewMs, isName } from "./profile.ts";
import { refuseExisting, writeFiles } from "./write-file.ts";

/** Where an authority is made, its cluster's name, time and randomness. */
export interface InitCaOptions {
  /** Folder for `ca.pem`, `ca.key` (0600) and `cluster.json`. */
  readonly out: string;
  /** Name of the cluster, `[a-z0-9-]`; "jarvis" if absent. */
  readonly cluster?: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** As many secret random bytes as asked for. */
  readonly random: (length: number) => Uint8Array;
  /** Overwrite an authority that is there. All certificates that it signed become worthless. */
  readonly force?: boolean;
}

/** Name and id of a cluster, as `cluster.json` has them. */
export interface Cluster {
  readonly cluster: string;
  /** 32 hex digits. */
  readonly id: string;
}

/** Makes the authority of a cluster, valid for ten years. Throws `name-invalid` or `file-exists`. */
export async function initCa(options: InitCaOptions): Promise<Cluster> {
  const { out, cluster = "jarvis", now, random, force = false } = options;
  if (!isName(cluster))
    throw new SecurityError(
      "name-invalid",
      `The cluster name ${shown(cluster)} is not 1 to 63 of a-z, 0-9 and "-".`,
    );
  if (!force) refuseExisting(out, ["ca.key", "ca.pem"]);
  const keys = keyPairFromSeed(random(seedBytes));
  const notBefore = now - clockSkewMs;
  const notAfter = now + caLifeMs;
  const der = await issueAuthority({ cluster, keys, notBefore, notAfter, serial: random(16) });
  const id = Buffer.from(clusterIdOf(cluster)).toString("hex");
  writeFiles([
    { path: join(out, "ca.pem"), text: encodePem(der, "CERTIFICATE"), mode: 0o644 },
    { path: join(out, "cluster.json"), text: `${JSON.stringify({ cluster, id })}\n`, mode: 0o644 },
    { path: join(out, "ca.key"), text: encodePrivateKeyPem(keys), mode: 0o600 },
  ]);
  return { cluster, id };
}
