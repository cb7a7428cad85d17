import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadIdentity } from "./identity.ts";
import { initCa } from "./init-ca.ts";
import { issueNode } from "./issue-node.ts";
import { decodePem } from "./pem.ts";
import { createSigner } from "./signer.ts";
import { seededRandom } from "./testing/index.ts";
import { loadTrust } from "./trust.ts";
import { verifier } from "./verifier.ts";
import { verifyCertificate } from "./verify-certificate.ts";

const root = mkdtempSync(join(tmpdir(), "openssl-"));
const at = (...parts: string[]) => join(root, ...parts);
const openssl = (...parameters: string[]) =>
  execFileSync("openssl", parameters, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

function installed(): boolean {
  try {
    return /^OpenSSL [3-9]/.test(openssl("version"));
  } catch {
    return false;
  }
}

const node = "11111111-2222-4333-8444-555555555555";
const leaf = [
  "basicConstraints=critical,CA:FALSE",
  "keyUsage=critical,digitalSignature",
  `subjectAltName=URI:crdt://home/node/${node}`,
].join("\n");

// Skipped, and reported as skipped, where there is no openssl 3.
describe.skipIf(!installed())("with openssl", () => {
  const now = Date.now();
  const common = { now, random: seededRandom("openssl") };

  beforeAll(async () => {
    await initCa({ out: at("ours"), cluster: "home", ...common });
    await issueNode({ ca: at("ours"), name: "alpha", role: "admin", out: at("alpha"), ...common });

    openssl("genpkey", "-algorithm", "ed25519", "-out", "theirs.key");
    const authority = [
      "-addext",
      "basicConstraints=critical,CA:TRUE,pathlen:0",
      "-addext",
      "keyUsage=critical,keyCertSign",
    ];
    const subject = ["-subj", "/O=home/CN=ca"];
    openssl(
      "req",
      "-x509",
      "-new",
      "-key",
      "theirs.key",
      "-out",
      "theirs.pem",
      "-days",
      "30",
      ...subject,
      ...authority,
    );
    writeFileSync(at("leaf.cnf"), leaf);
  });

  afterAll(() => rmSync(root, { recursive: true }));

  function issueByOpenssl(name: string, key: string[], days = "30", extensions = "leaf.cnf"): string {
    openssl("genpkey", ...key, "-out", `${name}.key`);
    openssl(
      "req",
      "-new",
      "-key",
      `${name}.key`,
      "-out",
      `${name}.csr`,
      "-subj",
      `/O=home/OU=writer/CN=${name}`,
    );
    const authority = ["-CA", "theirs.pem", "-CAkey", "theirs.key"];
    openssl(
      "x509",
      "-req",
      "-in",
      `${name}.csr`,
      ...authority,
      "-days",
      days,
      "-extfile",
      extensions,
      "-out",
      `${name}.pem`,
    );
    return at(`${name}.pem`);
  }

  const judge = (path: string) =>
    verifyCertificate(decodePem(readFileSync(path, "utf8"), "CERTIFICATE")[0]!, loadTrust(at("theirs.pem")), {
      use: "live",
      now,
    });

  it("verifies what we issue", () => {
    const purpose = ["-x509_strict", "-CAfile", at("ours", "ca.pem"), at("alpha", "node.pem")];
    expect(openssl("verify", ...purpose)).toContain("OK");
  });

  it("prints what we issue", () => {
    const { certificate } = loadIdentity(at("alpha"));
    const text = openssl("x509", "-in", at("alpha", "node.pem"), "-noout", "-text");
    expect(text).toContain("Subject: O = home, OU = admin, CN = alpha");
    expect(text).toContain(`URI:crdt://home/node/${certificate.node}`);
    expect(text).toContain("Signature Algorithm: ED25519");
    expect(openssl("x509", "-in", at("ours", "ca.pem"), "-noout", "-text")).toContain("CA:TRUE, pathlen:0");
  });

  it("reads our keys, and its signatures are ours", () => {
    writeFileSync(at("message"), "hello");
    const key = at("alpha", "node.key");
    openssl("pkeyutl", "-sign", "-inkey", key, "-rawin", "-in", "message", "-out", "signature");
    const identity = loadIdentity(at("alpha"));
    const message = readFileSync(at("message"));
    expect(verifier.verify(readFileSync(at("signature")), message, identity.certificate.publicKey)).toBe(
      true,
    );
    expect(Buffer.from(createSigner(identity).sign(message))).toEqual(readFileSync(at("signature")));
  });

  it("issues certificates that work here, with their keys", () => {
    const path = issueByOpenssl("beta", ["-algorithm", "ed25519"]);
    expect(judge(path)).toMatchObject({ node, name: "beta", role: "writer", cluster: "home" });
    openssl("x509", "-in", path, "-out", "node.pem");
    openssl("pkey", "-in", "beta.key", "-out", "node.key");
    writeFileSync(at("ca.pem"), readFileSync(at("theirs.pem")));
    expect(loadIdentity(root).certificate.name).toBe("beta");
  });

  it("is an authority that our command can issue under", async () => {
    writeFileSync(at("ca.key"), readFileSync(at("theirs.key")), { mode: 0o600 });
    writeFileSync(at("ca.pem"), readFileSync(at("theirs.pem")));
    const certificate = await issueNode({
      ca: root,
      name: "gamma",
      role: "reader",
      out: at("gamma"),
      ...common,
    });
    expect(certificate.notAfter).toBe(loadTrust(at("ca.pem")).authorities[0]!.notAfter);
    expect(openssl("verify", "-x509_strict", "-CAfile", "ca.pem", at("gamma", "node.pem"))).toContain("OK");
  });

  it("issues others that do not", () => {
    const profile = expect.objectContaining({ code: "cert-profile" });
    const rsa = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"];
    const path = issueByOpenssl("rsa", rsa);
    expect(() => judge(path)).toThrow(profile);
    expect(() => judge(issueByOpenssl("long", ["-algorithm", "ed25519"], "401"))).toThrow(profile);
    writeFileSync(at("two.cnf"), `${leaf},URI:crdt://home/node/${node.replace("1", "2")}`);
    expect(() => judge(issueByOpenssl("two", ["-algorithm", "ed25519"], "30", "two.cnf"))).toThrow(profile);
    writeFileSync(at("critical.cnf"), `${leaf}\n1.2.3.4=critical,ASN1:NULL`);
    expect(() => judge(issueByOpenssl("odd", ["-algorithm", "ed25519"], "30", "critical.cnf"))).toThrow(
      profile,
    );
    expect(() => judge(at("theirs.pem"))).toThrow(profile);
  });
});
