import { describe, expect, it } from "vitest";
import { clockSkewMs } from "./profile.ts";
import { forge, name } from "./testing/forge.ts";
import { createTestCluster, testNow } from "./testing/index.ts";
import { parseTrust } from "./trust.ts";
import { verifyCertificate } from "./verify-certificate.ts";

const day = 86_400_000;
const home = await createTestCluster("home");
const rogue = await createTestCluster("home", "another seed");
const away = await createTestCluster("away");
const alpha = (await home.node("alpha", { notBefore: testNow, notAfter: testNow + day })).certificate;
const code = (expected: string) => expect.objectContaining({ code: expected });
const live = (now: number) => ({ use: "live", now }) as const;

describe("verifyCertificate", () => {
  it("is valid from its first to its last second, give or take five minutes", () => {
    for (const now of [testNow - clockSkewMs, testNow, testNow + day + clockSkewMs - 1])
      expect(verifyCertificate(alpha.der, home.trust, live(now)).node).toBe(alpha.node);
    for (const now of [
      testNow - clockSkewMs - 1,
      testNow + day + clockSkewMs,
      testNow + day + clockSkewMs + 1000,
    ])
      expect(() => verifyCertificate(alpha.der, home.trust, live(now))).toThrow(code("cert-expired"));
  });

  it("judges an author without a clock, and returns the dates", () => {
    const certificate = verifyCertificate(alpha.der, home.trust, { use: "author" });
    expect([certificate.notBefore, certificate.notAfter]).toEqual([testNow, testNow + day]);
  });

  it("refuses an authority of the same name with another key", async () => {
    const { certificate } = await rogue.node("alpha");
    expect(() => verifyCertificate(certificate.der, home.trust, live(testNow))).toThrow(
      code("cert-untrusted"),
    );
  });

  it("refuses the right key under another issuer's name", () => {
    const der = forge("home", home.caKeys, name(["550403", "somebody"]), alpha.publicKey);
    expect(() => verifyCertificate(der, home.trust, live(testNow))).toThrow(code("cert-untrusted"));
  });

  it("refuses another cluster, even signed by our authority", async () => {
    const { certificate } = await away.node("alpha");
    expect(() => verifyCertificate(certificate.der, home.trust, live(testNow))).toThrow(
      code("cluster-mismatch"),
    );
    const der = forge("away", home.caKeys, home.trust.authorities[0]!.subject, alpha.publicKey);
    expect(() => verifyCertificate(der, home.trust, live(testNow))).toThrow(code("cluster-mismatch"));
  });

  it("refuses live sessions under an expired authority", async () => {
    const late = home.trust.authorities[0]!.notAfter + clockSkewMs;
    const node = await home.node("late", { notBefore: late - day, notAfter: late + day });
    expect(() => verifyCertificate(node.certificate.der, home.trust, live(late))).toThrow(
      code("cert-expired"),
    );
    expect(verifyCertificate(node.certificate.der, home.trust, { use: "author" }).name).toBe("late");
  });

  it("accepts the certificates of both authorities during a rotation", async () => {
    const both = parseTrust(rogue.caPem + home.caPem);
    const other = (await rogue.node("beta")).certificate;
    expect(verifyCertificate(alpha.der, both, live(testNow)).name).toBe("alpha");
    expect(verifyCertificate(other.der, both, live(testNow)).name).toBe("beta");
    expect(both.clusterId).toEqual(home.trust.clusterId);
  });
});
