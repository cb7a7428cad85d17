import { tag } from "../der.ts";
import { type KeyPair, signWith } from "../key-pair.ts";
import { oid } from "../profile.ts";
import { testNow } from "./test-cluster.ts";

/** Every part of a certificate as DER, so that a test can replace one by something wrong and sign it all the same. */
export interface CertificateParts {
  readonly version: Uint8Array;
  readonly serial: Uint8Array;
  readonly algorithm: Uint8Array;
  readonly issuer: Uint8Array;
  readonly validity: Uint8Array;
  readonly subject: Uint8Array;
  readonly publicKeyInfo: Uint8Array;
  readonly extensions: readonly Uint8Array[];
  /** Algorithm of the signature, outside of what is signed. */
  readonly outerAlgorithm: Uint8Array;
}

export const forgedNode = "00000000-0000-4000-8000-000000000001";

/** One DER element. */
export function der(elementTag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(contents);
  const { length } = content;
  const head =
    length < 0x80
      ? [elementTag, length]
      : length < 0x100
        ? [elementTag, 0x81, length]
        : [elementTag, 0x82, length >> 8, length & 0xff];
  return Uint8Array.from(Buffer.concat([Uint8Array.from(head), content]));
}

export const hex = (text: string) => Uint8Array.from(Buffer.from(text, "hex"));
export const text = (elementTag: number, value: string) => der(elementTag, new TextEncoder().encode(value));
export const identifier = (hexOid: string) => der(tag.oid, hex(hexOid));
export const ed25519 = der(tag.sequence, identifier(oid.ed25519));

export function name(...attributes: readonly (readonly [string, string])[]): Uint8Array {
  const sets = attributes.map(([type, value]) =>
    der(tag.set, der(tag.sequence, identifier(type), text(tag.utf8String, value))),
  );
  return der(tag.sequence, ...sets);
}

export function extension(type: string, value: Uint8Array, critical = false): Uint8Array {
  const flag = critical ? [der(tag.boolean, Uint8Array.of(0xff))] : [];
  return der(tag.sequence, identifier(type), ...flag, der(tag.octetString, value));
}

export const uris = (...values: readonly string[]) =>
  der(tag.sequence, ...values.map((value) => text(tag.uri, value)));

export function validity(notBefore: number, notAfter: number): Uint8Array {
  return der(tag.sequence, utcTime(notBefore), utcTime(notAfter));
}

function utcTime(time: number): Uint8Array {
  const digits = new Date(time).toISOString().replace(/[-:T]/g, "").slice(2, 14);
  return text(tag.utcTime, `${digits}Z`);
}

/** A certificate of the profile for a node named "alpha" in `cluster`, with parts replaced, signed by `issuer`. */
export function forge(
  cluster: string,
  issuer: KeyPair,
  issuerName: Uint8Array,
  publicKey: Uint8Array,
  replaced: Partial<CertificateParts> = {},
): Uint8Array {
  const parts: CertificateParts = {
    version: der(tag.version, der(tag.integer, Uint8Array.of(2))),
    serial: der(tag.integer, Uint8Array.of(1)),
    algorithm: ed25519,
    issuer: issuerName,
    validity: validity(testNow, testNow + 86_400_000),
    subject: name([oid.organization, cluster], [oid.organizationalUnit, "writer"], [oid.commonName, "alpha"]),
    publicKeyInfo: der(tag.sequence, ed25519, der(tag.bitString, Uint8Array.of(0), publicKey)),
    extensions: [
      extension(oid.basicConstraints, der(tag.sequence), true),
      extension(oid.keyUsage, hex("03020780"), true),
      extension(oid.subjectAltName, uris(`crdt://${cluster}/node/${forgedNode}`)),
    ],
    outerAlgorithm: ed25519,
    ...replaced,
  };
  const signed = der(
    tag.sequence,
    parts.version,
    parts.serial,
    parts.algorithm,
    parts.issuer,
    parts.validity,
    parts.subject,
    parts.publicKeyInfo,
    der(tag.extensions, der(tag.sequence, ...parts.extensions)),
  );
  const signature = der(tag.bitString, Uint8Array.of(0), signWith(issuer, signed));
  return der(tag.sequence, signed, parts.outerAlgorithm, signature);
}
