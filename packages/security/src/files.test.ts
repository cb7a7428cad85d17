import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadIdentity } from "./identity.ts";
import { initCa } from "./init-ca.ts";
import { issueNode } from "./issue-node.ts";
import { createSigner } from "./signer.ts";
import { seededRandom, testNow } from "./testing/index.ts";
import { verifier } from "./verifier.ts";

const root = mkdtempSync(join(tmpdir(), "security-"));
const ca = join(root, "ca");
const certs = join(root, "node1", "certs");
const common = { now: testNow, random: seededRandom("files") };
const code = (expected: string) => expect.objectContaining({ code: expected });
const mode = (path: string) => statSync(path).mode & 0o777;

beforeAll(async () => {
  await initCa({ out: ca, cluster: "home", ...common });
  await issueNode({ ca, name: "alpha", role: "writer", out: certs, ...common });
});

afterAll(() => rmSync(root, { recursive: true }));

describe("initCa", () => {
  it("writes the three files, the key for its owner alone, and nothing else", () => {
    expect(readdirSync(ca).sort()).toEqual(["ca.key", "ca.pem", "cluster.json"]);
    expect(mode(join(ca, "ca.key"))).toBe(0o600);
    expect(JSON.parse(readFileSync(join(ca, "cluster.json"), "utf8"))).toEqual({
      cluster: "home",
      id: "c6acf6993ca8c28a2761c9f337c898ae",
    });
  });

  it("never overwrites an authority unless told to", async () => {
    const before = readFileSync(join(ca, "ca.key"), "utf8");
    await expect(initCa({ out: ca, ...common })).rejects.toThrow(code("file-exists"));
    expect(readFileSync(join(ca, "ca.key"), "utf8")).toBe(before);
    // A folder of certificates holds a ca.pem that must not be replaced by accident either.
    await expect(initCa({ out: certs, ...common })).rejects.toThrow(code("file-exists"));
    const other = join(root, "forced");
    await initCa({ out: other, ...common });
    await initCa({ out: other, ...common, force: true });
    expect(mode(join(other, "ca.key"))).toBe(0o600);
  });

  it.each(["", "Home", "a b", "ä", "../x", "a".repeat(64)])("refuses the name %j", async (cluster) => {
    await expect(initCa({ out: join(root, "bad"), cluster, ...common })).rejects.toThrow(
      code("name-invalid"),
    );
    expect(existsSync(join(root, "bad"))).toBe(false);
  });
});

describe("issueNode", () => {
  it("writes what a node needs, and what it signs is the node's", () => {
    expect(readdirSync(certs).sort()).toEqual(["ca.pem", "node.key", "node.pem"]);
    expect(mode(join(certs, "node.key"))).toBe(0o600);
    const identity = loadIdentity(certs);
    expect(identity.certificate).toMatchObject({ name: "alpha", role: "writer", cluster: "home" });
    const signer = createSigner(identity);
    const message = new TextEncoder().encode("hello");
    expect(verifier.verify(signer.sign(message), message, identity.certificate.publicKey)).toBe(true);
    expect(signer.key).toEqual(identity.certificate.key);
    expect(JSON.stringify(identity)).not.toContain("secret");
  });

  it("keeps the UUID when asked, and a key unless told otherwise", async () => {
    const { node } = loadIdentity(certs).certificate;
    const again = { ca, name: "alpha", role: "admin", out: certs, node, ...common } as const;
    await expect(issueNode(again)).rejects.toThrow(code("file-exists"));
    const out = join(root, "renewed");
    expect(await issueNode({ ...again, out })).toMatchObject({ node, role: "admin" });
    expect((await issueNode({ ...again, out, force: true })).node).toBe(node);
    await expect(issueNode({ ...again, out, force: true, node: "x" })).rejects.toThrow(code("name-invalid"));
    await expect(issueNode({ ...again, out, force: true, name: "A" })).rejects.toThrow(code("name-invalid"));
  });

  it("does not outlive its authority, and nothing comes from an expired one", async () => {
    const year = 365 * 86_400_000;
    const late = { ca, name: "late", role: "reader", ...common } as const;
    const certificate = await issueNode({ ...late, out: join(root, "late"), now: testNow + 9.5 * year });
    expect(certificate.notAfter).toBe(testNow + 10 * year);
    const after = issueNode({ ...late, out: join(root, "after"), now: testNow + 11 * year });
    await expect(after).rejects.toThrow(code("cert-expired"));
    expect(existsSync(join(root, "after"))).toBe(false);
  });

  it("refuses a key that is of no authority in ca.pem", async () => {
    const mixed = join(root, "mixed");
    await initCa({ out: mixed, cluster: "home", ...common });
    writeFileSync(join(mixed, "ca.pem"), readFileSync(join(ca, "ca.pem")));
    const issued = issueNode({ ca: mixed, name: "beta", role: "reader", out: join(root, "beta"), ...common });
    await expect(issued).rejects.toThrow(code("identity-mismatch"));
  });
});

describe("loadIdentity", () => {
  it.each([0o644, 0o640, 0o604, 0o660])("refuses a key of mode %o and prints what to do", async (bad) => {
    const out = join(root, `mode-${bad}`);
    await issueNode({ ca, name: "open", role: "reader", out, ...common });
    const key = join(out, "node.key");
    chmodSync(key, bad);
    expect(() => loadIdentity(out)).toThrow(code("key-permissions"));
    expect(() => loadIdentity(out)).toThrow(`Run: chmod 600 ${key}`);
    chmodSync(key, 0o600);
    expect(loadIdentity(out).certificate.name).toBe("open");
  });

  it("asks the same of the authority's key", async () => {
    const out = join(root, "open-ca");
    await initCa({ out, ...common });
    chmodSync(join(out, "ca.key"), 0o644);
    const issued = issueNode({ ca: out, name: "beta", role: "reader", out: join(root, "beta"), ...common });
    await expect(issued).rejects.toThrow(code("key-permissions"));
  });

  it("names each thing that is missing, foreign or damaged", async () => {
    const out = join(root, "damaged");
    const other = join(root, "other");
    await issueNode({ ca, name: "gamma", role: "reader", out, ...common });
    await initCa({ out: join(root, "away"), cluster: "away", ...common });
    await issueNode({ ca: join(root, "away"), name: "delta", role: "reader", out: other, ...common });
    const with_ = (file: string, text: string | undefined, expected: string) => {
      const path = join(out, file);
      const before = readFileSync(path, "utf8");
      if (text === undefined) rmSync(path);
      else writeFileSync(path, text);
      expect(() => loadIdentity(out)).toThrow(code(expected));
      writeFileSync(path, before, { mode: 0o600 });
    };
    for (const file of ["node.pem", "node.key", "ca.pem"]) with_(file, undefined, "file-missing");
    with_("node.key", readFileSync(join(other, "node.key"), "utf8"), "identity-mismatch");
    with_("node.key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "key-invalid");
    with_("ca.pem", readFileSync(join(other, "ca.pem"), "utf8"), "cluster-mismatch");
    with_("node.pem", readFileSync(join(out, "ca.pem"), "utf8"), "cert-profile");
    with_("node.pem", readFileSync(join(out, "node.pem"), "utf8").repeat(2), "cert-profile");
    with_("node.pem", "", "cert-profile");
    expect(loadIdentity(out).certificate.name).toBe("gamma");
  });
});
