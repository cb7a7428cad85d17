import { parseCertificate } from "../certificate.ts";
import { createIdentity, type Identity } from "../identity.ts";
import { issueAuthority, issueCertificate } from "../issue-certificate.ts";
import { type KeyPair, keyPairFromSeed } from "../key-pair.ts";
import { encodePem } from "../pem.ts";
import { caLifeMs, leafLifeMs, type Role } from "../profile.ts";
import { parseTrust, type Trust } from "../trust.ts";
import { seededRandom } from "./seeded.ts";

/** When test clusters are founded: 2026-01-01T00:00:00Z. */
export const testNow = Date.UTC(2026, 0, 1);

export interface TestNodeOptions {
  readonly role?: Role;
  readonly notBefore?: number;
  readonly notAfter?: number;
}

export interface TestCluster {
  readonly trust: Trust;
  readonly caPem: string;
  readonly caKeys: KeyPair;
  /** An identity without files. Equal seeds and calls give equal bytes. */
  node(name: string, options?: TestNodeOptions): Promise<Identity>;
}

/** A cluster with an authority, without files, clock or randomness. */
export async function createTestCluster(cluster = "test", seed = "seed"): Promise<TestCluster> {
  const random = seededRandom(`${seed}/${cluster}`);
  const caKeys = keyPairFromSeed(random(32));
  const dates = { notBefore: testNow, notAfter: testNow + caLifeMs };
  const caPem = encodePem(
    await issueAuthority({ cluster, keys: caKeys, serial: random(16), ...dates }),
    "CERTIFICATE",
  );
  const trust = parseTrust(caPem);
  const subject = trust.authorities[0]!.subject;
  return {
    trust,
    caPem,
    caKeys,
    async node(name, options = {}) {
      const { role = "writer", notBefore = testNow, notAfter = testNow + leafLifeMs } = options;
      const keys = keyPairFromSeed(random(32));
      const hex = Buffer.from(random(16)).toString("hex");
      const node = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
      const serial = random(16);
      const der = await issueCertificate(
        { keys: caKeys, subject },
        { cluster, node, name, role, publicKey: keys.publicKey, notBefore, notAfter, serial },
      );
      return createIdentity(parseCertificate(der), keys, trust);
    },
  };
}
