import { ascii, type DerElement, DerError, DerReader, readTime, tag } from "./der.ts";
import { maxCertificateBytes, oid } from "./profile.ts";

/** A certificate taken apart, before anybody judged what it says. All bytes are views of `der`. */
export interface X509 {
  readonly der: Uint8Array;
  /** What the signature covers. */
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  /** DER of the names, for comparing issuer with subject. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  /** Attributes of the subject in order: object identifier in hex, printable ASCII text. */
  readonly attributes: readonly (readonly [string, string])[];
  readonly publicKey: Uint8Array;
  /** Milliseconds since 1970. `notAfter` itself is outside. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly extensions: Extensions;
}

export interface Extensions {
  /** Absent means, as in RFC 5280, no authority. */
  readonly basicConstraints: { readonly ca: boolean; readonly pathLength: number | undefined };
  /** First byte of the bit string: 0x80 digitalSignature, 0x04 keyCertSign, 0x02 cRLSign. */
  readonly keyUsage: number | undefined;
  /** Every general name must be a URI. */
  readonly uris: readonly string[];
}

/**
 * Reads an X.509 v3 certificate whose key and signature are Ed25519 (RFC 5280, RFC 8410). Throws `DerError` for anything
 * else, for extensions that are critical and unknown, doubled or not minimal. Linear in the length, which is bounded.
 */
export function readX509(der: Uint8Array): X509 {
  if (der.length > maxCertificateBytes) throw new DerError(`longer than ${maxCertificateBytes} bytes`);
  const outer = new DerReader(der);
  const certificate = outer.enter(tag.sequence);
  outer.end();
  const signed = certificate.take(tag.sequence);
  readAlgorithm(certificate);
  const signature = readBits(certificate, 64);
  certificate.end();

  const body = new DerReader(signed.content);
  readVersion(body);
  readSerial(body);
  readAlgorithm(body);
  const issuer = body.take(tag.sequence).bytes;
  const validity = body.enter(tag.sequence);
  const notBefore = readTime(validity.next());
  const notAfter = readTime(validity.next());
  validity.end();
  if (notBefore >= notAfter) throw new DerError("dates in the wrong order");
  const subject = body.take(tag.sequence);
  const publicKeyInfo = body.enter(tag.sequence);
  readAlgorithm(publicKeyInfo);
  const publicKey = readBits(publicKeyInfo, 32);
  publicKeyInfo.end();
  const wrapper = body.enter(tag.extensions);
  const extensions = readExtensions(wrapper.enter(tag.sequence));
  wrapper.end();
  body.end();

  return {
    der,
    signed: signed.bytes,
    signature,
    issuer,
    subject: subject.bytes,
    attributes: readAttributes(subject),
    publicKey,
    notBefore,
    notAfter,
    extensions,
  };
}

function readVersion(body: DerReader): void {
  const wrapper = body.enter(tag.version);
  const version = wrapper.take(tag.integer).content;
  wrapper.end();
  if (version.length !== 1 || version[0] !== 2) throw new DerError("not version 3");
}

function readSerial(body: DerReader): void {
  const { content } = body.take(tag.integer);
  const [first = 0x80, second = 0x80] = content;
  const minimal = first !== 0 || second >= 0x80;
  if (first >= 0x80 || content.length > 20 || !minimal) throw new DerError("a bad serial number");
}

/** AlgorithmIdentifier of Ed25519: the identifier and, by RFC 8410 §3, no parameters. */
function readAlgorithm(reader: DerReader): void {
  const algorithm = reader.enter(tag.sequence);
  if (hex(algorithm.take(tag.oid).content) !== oid.ed25519) throw new DerError("not Ed25519");
  algorithm.end();
}

function readBits(reader: DerReader, length: number): Uint8Array {
  const { content } = reader.take(tag.bitString);
  if (content.length !== length + 1 || content[0] !== 0)
    throw new DerError("a key or signature of wrong length");
  return content.subarray(1);
}

function readAttributes(name: DerElement): [string, string][] {
  const attributes: [string, string][] = [];
  const sets = new DerReader(name.content);
  while (!sets.done) {
    const set = sets.enter(tag.set);
    const pair = set.enter(tag.sequence);
    set.end();
    const type = hex(pair.take(tag.oid).content);
    const value = pair.next();
    pair.end();
    if (value.tag !== tag.utf8String && value.tag !== tag.printableString)
      throw new DerError("a name of another string type");
    attributes.push([type, ascii(value.content)]);
  }
  return attributes;
}

function readExtensions(list: DerReader): Extensions {
  const seen = new Set<string>();
  let basicConstraints: Extensions["basicConstraints"] = { ca: false, pathLength: undefined };
  let keyUsage: number | undefined;
  let uris: string[] = [];
  while (!list.done) {
    const extension = list.enter(tag.sequence);
    const type = hex(extension.take(tag.oid).content);
    const critical = extension.has(tag.boolean) && readTrue(extension);
    const value = new DerReader(extension.take(tag.octetString).content);
    extension.end();
    if (seen.has(type)) throw new DerError("an extension twice");
    seen.add(type);
    if (type === oid.basicConstraints) basicConstraints = readBasicConstraints(value);
    else if (type === oid.keyUsage) keyUsage = readKeyUsage(value);
    else if (type === oid.subjectAltName) uris = readUris(value);
    else if (critical) throw new DerError("an unknown critical extension");
  }
  return { basicConstraints, keyUsage, uris };
}

/** DER does not encode defaults, so a written boolean is TRUE, and TRUE is 0xff. */
function readTrue(reader: DerReader): true {
  const { content } = reader.take(tag.boolean);
  if (content.length !== 1 || content[0] !== 0xff) throw new DerError("a boolean that is not TRUE");
  return true;
}

function readBasicConstraints(value: DerReader): Extensions["basicConstraints"] {
  const constraints = value.enter(tag.sequence);
  value.end();
  const ca = constraints.has(tag.boolean) && readTrue(constraints);
  let pathLength: number | undefined;
  if (!constraints.done) {
    const { content } = constraints.take(tag.integer);
    const [only = 0x80] = content;
    if (content.length !== 1 || only >= 0x80) throw new DerError("a bad path length");
    pathLength = only;
  }
  constraints.end();
  return { ca, pathLength };
}

function readKeyUsage(value: DerReader): number {
  const { content } = value.take(tag.bitString);
  value.end();
  const [unused = 8, bits = 0] = content;
  const trailing = bits === 0 ? 0 : 31 - Math.clz32(bits & -bits);
  // Only the seven usual usages; named bit lists drop trailing zeros, so the unused count is theirs.
  if (content.length !== 2 || bits === 0 || unused !== trailing) throw new DerError("a bad key usage");
  return bits;
}

function readUris(value: DerReader): string[] {
  const names = value.enter(tag.sequence);
  value.end();
  const uris: string[] = [];
  while (!names.done) uris.push(ascii(names.take(tag.uri).content));
  return uris;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}
