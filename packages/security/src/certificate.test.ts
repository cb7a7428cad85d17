import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { parseCertificate } from "./certificate.ts";
import { tag } from "./der.ts";
import { SecurityError } from "./error.ts";
import { oid } from "./profile.ts";
import {
  type CertificateParts,
  der,
  ed25519,
  extension,
  forge,
  forgedNode,
  hex,
  identifier,
  name,
  text,
  uris,
  validity,
} from "./testing/forge.ts";
import { createTestCluster, testNow } from "./testing/index.ts";
import { verifyCertificate } from "./verify-certificate.ts";

const cluster = await createTestCluster("home");
const issuerName = cluster.trust.authorities[0]!.subject;
const publicKey = (await cluster.node("alpha")).certificate.publicKey;
const forged = (replaced: Partial<CertificateParts> = {}) =>
  forge("home", cluster.caKeys, issuerName, publicKey, replaced);
const good = forged();
const [constraints, usage, alternative] = [
  extension(oid.basicConstraints, der(tag.sequence), true),
  extension(oid.keyUsage, hex("03020780"), true),
  extension(oid.subjectAltName, uris(`crdt://home/node/${forgedNode}`)),
] as const;
const subject = (...attributes: [string, string][]) => ({ subject: name(...attributes) });
const o: [string, string] = [oid.organization, "home"];
const ou: [string, string] = [oid.organizationalUnit, "writer"];
const cn: [string, string] = [oid.commonName, "alpha"];
const replaceExtensions = (...extensions: Uint8Array[]) => ({ extensions });
const longest = forged({
  extensions: [constraints, usage, alternative, extension("2a0304", new Uint8Array(2048))],
});
const time = (value: string) => text(tag.generalizedTime, value);

const refused: readonly (readonly [string, Uint8Array])[] = [
  ["a trailing byte", Uint8Array.from([...good, 0])],
  ["a byte missing", good.subarray(0, -1)],
  ["nothing", new Uint8Array()],
  ["more than 2,048 bytes", longest],
  [
    "two alternative names",
    forged(
      replaceExtensions(
        usage,
        extension(
          oid.subjectAltName,
          uris(`crdt://home/node/${forgedNode}`, `crdt://home/node/${forgedNode}`),
        ),
      ),
    ),
  ],
  [
    "an alternative name that is no URI",
    forged(replaceExtensions(usage, extension(oid.subjectAltName, der(tag.sequence, text(0x82, "home"))))),
  ],
  [
    "an alternative name of another scheme",
    forged(replaceExtensions(usage, extension(oid.subjectAltName, uris(`http://home/node/${forgedNode}`)))),
  ],
  [
    "an alternative name of another cluster",
    forged(replaceExtensions(usage, extension(oid.subjectAltName, uris(`crdt://away/node/${forgedNode}`)))),
  ],
  [
    "a UUID in capitals",
    forged(
      replaceExtensions(
        usage,
        extension(oid.subjectAltName, uris("crdt://home/node/ABCDEF00-0000-4000-8000-000000000001")),
      ),
    ),
  ],
  ["no alternative name", forged(replaceExtensions(constraints, usage))],
  ["the same extension twice", forged(replaceExtensions(constraints, usage, usage, alternative))],
  [
    "an unknown critical extension",
    forged(replaceExtensions(usage, alternative, extension("2a0304", hex("0500"), true))),
  ],
  [
    "a critical extended key usage, which we would not enforce",
    forged(replaceExtensions(usage, alternative, extension("551d25", hex("300a06082b06010505070301"), true))),
  ],
  [
    "a critical flag written as FALSE",
    forged(
      replaceExtensions(
        usage,
        alternative,
        der(tag.sequence, identifier("2a0304"), der(tag.boolean, Uint8Array.of(0)), der(tag.octetString)),
      ),
    ),
  ],
  [
    "CA:TRUE",
    forged(replaceExtensions(extension(oid.basicConstraints, hex("30030101ff"), true), usage, alternative)),
  ],
  [
    "a path length",
    forged(replaceExtensions(extension(oid.basicConstraints, hex("3003020100"), true), usage, alternative)),
  ],
  ["no key usage", forged(replaceExtensions(constraints, alternative))],
  [
    "key usage keyCertSign",
    forged(replaceExtensions(constraints, extension(oid.keyUsage, hex("03020204"), true), alternative)),
  ],
  [
    "key usage digitalSignature and keyCertSign",
    forged(replaceExtensions(constraints, extension(oid.keyUsage, hex("03020284"), true), alternative)),
  ],
  [
    "a key usage with a wrong count of unused bits",
    forged(replaceExtensions(constraints, extension(oid.keyUsage, hex("03020080"), true), alternative)),
  ],
  ["version 1", forged({ version: der(tag.version, hex("020100")) })],
  ["no version", forged({ version: new Uint8Array() })],
  ["a negative serial number", forged({ serial: hex("0201ff") })],
  ["a serial number that is not minimal", forged({ serial: hex("02020001") })],
  [
    "an RSA key",
    forged({
      publicKeyInfo: der(
        tag.sequence,
        hex("300d06092a864886f70d0101010500"),
        der(tag.bitString, hex("00"), publicKey),
      ),
    }),
  ],
  [
    "an RSA signature",
    forged({
      algorithm: hex("300d06092a864886f70d01010b0500"),
      outerAlgorithm: hex("300d06092a864886f70d01010b0500"),
    }),
  ],
  ["an RSA signature outside only", forged({ outerAlgorithm: hex("300d06092a864886f70d01010b0500") })],
  [
    "Ed25519 with parameters",
    forged({ outerAlgorithm: der(tag.sequence, identifier(oid.ed25519), hex("0500")) }),
  ],
  [
    "an X25519 key",
    forged({
      publicKeyInfo: der(tag.sequence, hex("300506032b656e"), der(tag.bitString, hex("00"), publicKey)),
    }),
  ],
  [
    "a key of 31 bytes",
    forged({
      publicKeyInfo: der(tag.sequence, ed25519, der(tag.bitString, hex("00"), publicKey.subarray(1))),
    }),
  ],
  ["401 days", forged({ validity: validity(testNow, testNow + 401 * 86_400_000) })],
  ["dates in the wrong order", forged({ validity: validity(testNow, testNow) })],
  [
    "the 31st of February",
    forged({
      validity: der(tag.sequence, text(tag.utcTime, "260231000000Z"), text(tag.utcTime, "260401000000Z")),
    }),
  ],
  [
    "a long date before 2050",
    forged({ validity: der(tag.sequence, time("20260101000000Z"), time("20260201000000Z")) }),
  ],
  [
    "a date with an offset",
    forged({
      validity: der(tag.sequence, text(tag.utcTime, "260101000000+0100"), text(tag.utcTime, "260401000000Z")),
    }),
  ],
  ["no OU", forged(subject(o, cn))],
  ["two OUs", forged(subject(o, ou, ou))],
  ["a fourth attribute", forged(subject(o, ou, cn, ["550406", "DE"]))],
  ["an unknown role", forged(subject(o, [oid.organizationalUnit, "root"], cn))],
  ["a name with capitals", forged(subject(o, ou, [oid.commonName, "Alpha"]))],
  ["a name with an escape sequence", forged(subject(o, ou, [oid.commonName, "\u001b[31m"]))],
  ["a name with a line break", forged(subject(o, ou, [oid.commonName, "alpha\n"]))],
  ["an empty name", forged(subject(o, ou, [oid.commonName, ""]))],
  [
    "two attributes in one set",
    forged({
      subject: der(
        tag.sequence,
        der(
          tag.set,
          ...[o, ou, cn].map(([type, value]) =>
            der(tag.sequence, identifier(type), text(tag.utf8String, value)),
          ),
        ),
      ),
    }),
  ],
  ["a length that is not minimal", Uint8Array.from([0x30, 0x83, 0, ...good.subarray(2)])],
  ["an indefinite length", Uint8Array.from([0x30, 0x80, ...good.subarray(4), 0, 0])],
];

function codeOf(run: () => unknown): string {
  try {
    run();
    return "accepted";
  } catch (error) {
    if (!(error instanceof SecurityError)) throw error;
    return error.code;
  }
}

describe("parseCertificate", () => {
  it("reads what the forge makes when nothing is wrong, so that the refusals below mean something", () => {
    const certificate = verifyCertificate(good, cluster.trust, { use: "live", now: testNow });
    expect(certificate).toMatchObject({ node: forgedNode, name: "alpha", role: "writer", cluster: "home" });
    expect(certificate.notBefore).toBe(testNow);
    expect(certificate.notAfter).toBe(testNow + 86_400_000);
    expect(certificate.key).toHaveLength(16);
  });

  it("accepts what RFC 5280 lets an issuer choose", () => {
    const unknown = extension("2a0304", hex("0500"));
    expect(parseCertificate(forged(replaceExtensions(alternative, usage, unknown))).name).toBe("alpha");
    expect(parseCertificate(forged(subject(cn, o, ou))).role).toBe("writer");
    const years = validity(Date.UTC(2049, 11, 1), Date.UTC(2049, 11, 31));
    expect(parseCertificate(forged({ validity: years })).notAfter).toBe(Date.UTC(2049, 11, 31));
    const late = der(tag.sequence, text(tag.utcTime, "491231000000Z"), time("20500101000000Z"));
    expect(parseCertificate(forged({ validity: late })).notAfter).toBe(Date.UTC(2050, 0, 1));
  });

  it.each(refused)("refuses %s", (_, bytes) => {
    expect(codeOf(() => parseCertificate(bytes))).toBe("cert-profile");
  });

  it("does not look at the caller's buffer again", () => {
    const bytes = Uint8Array.from(good);
    const certificate = parseCertificate(bytes);
    bytes.fill(0);
    expect(Buffer.from(certificate.der).equals(good)).toBe(true);
    expect(Buffer.from(certificate.publicKey).equals(publicKey)).toBe(true);
  });

  test.prop([fc.uint8Array({ maxLength: 2100 })], { numRuns: 300 })(
    "answers random bytes with its one code",
    (bytes) => {
      expect(codeOf(() => parseCertificate(bytes))).toBe("cert-profile");
    },
  );

  test.prop([fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 })], { numRuns: 1000 })(
    "never trusts a certificate with a byte changed, and answers with a code",
    (at, change) => {
      const bytes = Uint8Array.from(good);
      bytes[at] = bytes[at]! ^ change;
      const purpose = { use: "live", now: testNow } as const;
      const code = codeOf(() => verifyCertificate(bytes, cluster.trust, purpose));
      expect(["cert-profile", "cert-untrusted", "cluster-mismatch"]).toContain(code);
    },
  );

  test.prop([fc.nat(good.length), fc.nat(good.length), fc.uint8Array({ maxLength: 40 })], { numRuns: 500 })(
    "survives splices",
    (from, to, inserted) => {
      const bytes = Uint8Array.from([...good.subarray(0, from), ...inserted, ...good.subarray(to)]);
      fc.pre(!Buffer.from(bytes).equals(good));
      expect(codeOf(() => verifyCertificate(bytes, cluster.trust, { use: "author" }))).toMatch(
        /^cert-|^cluster-/,
      );
    },
  );
});
