import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { tag } from "./der.ts";
import { keyPairFromSeed } from "./key-pair.ts";
import { encodePem } from "./pem.ts";
import { oid } from "./profile.ts";
import { der, extension, forge, hex, name, validity } from "./testing/forge.ts";
import { createTestCluster, testNow } from "./testing/index.ts";
import { loadTrust, parseTrust } from "./trust.ts";

const home = await createTestCluster("home");
const away = await createTestCluster("away");
const node = (await home.node("alpha")).certificate;
const keys = keyPairFromSeed(new Uint8Array(32));
const self = name([oid.organization, "home"], [oid.commonName, "ca"]);
const authorityExtensions = {
  basicConstraints: extension(oid.basicConstraints, hex("30060101ff020100"), true),
  keyUsage: extension(oid.keyUsage, hex("03020106"), true),
};
const root = (replaced: Partial<typeof authorityExtensions> = {}, issuer = self, subject = self) =>
  forge("home", keys, issuer, keys.publicKey, {
    subject,
    validity: validity(testNow, testNow + 1000 * 86_400_000),
    extensions: Object.values({ ...authorityExtensions, ...replaced }),
  });
const pem = (bytes: Uint8Array) => encodePem(bytes, "CERTIFICATE");
const code = (expected: string) => expect.objectContaining({ code: expected });

describe("parseTrust", () => {
  it("takes a good root, with text around it and with line ends of Windows", () => {
    expect(parseTrust(`# our authority\r\n${pem(root()).replaceAll("\n", "\r\n")}`).cluster).toBe("home");
  });

  it.each([
    ["CA:FALSE", root({ basicConstraints: extension(oid.basicConstraints, der(tag.sequence), true) })],
    ["no path length", root({ basicConstraints: extension(oid.basicConstraints, hex("30030101ff"), true) })],
    ["pathlen 1", root({ basicConstraints: extension(oid.basicConstraints, hex("30060101ff020101"), true) })],
    ["no keyCertSign", root({ keyUsage: extension(oid.keyUsage, hex("03020780"), true) })],
    ["an intermediate", root({}, name([oid.organization, "home"], [oid.commonName, "root"]))],
    ["no cluster", root({}, name([oid.commonName, "ca"]), name([oid.commonName, "ca"]))],
    ["a trailing byte", Uint8Array.from([...root(), 0])],
    ["a node", node.der],
  ])("refuses as authority: %s", (_, bytes) => {
    expect(() => parseTrust(pem(bytes))).toThrow(code("cert-profile"));
  });

  it("refuses a root whose signature is not its own", () => {
    const bytes = root();
    bytes[bytes.length - 1]! ^= 1;
    expect(() => parseTrust(pem(bytes))).toThrow(code("cert-profile"));
  });

  it("refuses no certificate, too many, and damaged blocks", () => {
    expect(() => parseTrust("")).toThrow(code("cert-profile"));
    expect(() => parseTrust(home.caPem.repeat(17))).toThrow(code("cert-profile"));
    expect(() => parseTrust(home.caPem.replace("-----END", "-----ENDE"))).toThrow(code("cert-profile"));
    expect(() => parseTrust(home.caPem.replace("MII", "M!I"))).toThrow(code("cert-profile"));
    expect(() => parseTrust("x".repeat(70_000))).toThrow(code("cert-profile"));
  });

  it("refuses authorities of two clusters", () => {
    expect(() => parseTrust(home.caPem + away.caPem)).toThrow(code("cluster-mismatch"));
  });
});

describe("loadTrust", () => {
  it("reads a file, and says which one is missing", () => {
    const folder = mkdtempSync(join(tmpdir(), "trust-"));
    const path = join(folder, "ca.pem");
    expect(() => loadTrust(path)).toThrow(code("file-missing"));
    writeFileSync(path, home.caPem);
    expect(loadTrust(path).cluster).toBe("home");
    rmSync(folder, { recursive: true });
  });
});
