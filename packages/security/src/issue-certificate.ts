import { webcrypto } from "node:crypto";
import type { JsonName, X509CertificateCreateParamsName } from "@peculiar/x509";
import { encodePrivateKey, type KeyPair } from "./key-pair.ts";
import { nodeUri, type Role } from "./profile.ts";

/** What a new certificate of an authority says. Dates are milliseconds since 1970, cut to seconds. */
export interface AuthorityRequest {
  readonly cluster: string;
  readonly keys: KeyPair;
  readonly notBefore: number;
  readonly notAfter: number;
  /** 16 bytes, fresh. */
  readonly serial: Uint8Array;
}

/** What a new certificate of a node says. */
export interface NodeRequest {
  readonly cluster: string;
  readonly node: string;
  readonly name: string;
  readonly role: Role;
  /** The node's Ed25519 key, 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly serial: Uint8Array;
}

/** The authority that signs: its certificate gives the issuer's name, byte by byte. */
export interface Issuer {
  readonly keys: KeyPair;
  /** DER of its name. */
  readonly subject: Uint8Array;
}

/** Makes the self-signed certificate of an authority. Returns DER. */
export async function issueAuthority(request: AuthorityRequest): Promise<Uint8Array> {
  const x509 = await library();
  const name: JsonName = [{ O: [request.cluster] }, { CN: ["ca"] }];
  const publicKey = await importPublicKey(request.keys.publicKey);
  const { keyCertSign, cRLSign } = x509.KeyUsageFlags;
  return create(name, name, request.keys, publicKey, request, [
    new x509.BasicConstraintsExtension(true, 0, true),
    new x509.KeyUsagesExtension(keyCertSign | cRLSign, true),
    await x509.SubjectKeyIdentifierExtension.create(publicKey, false, webcrypto),
  ]);
}

/** Makes and signs the certificate of a node. Returns DER. The request is taken as it is; `issueNode` checks it. */
export async function issueCertificate(issuer: Issuer, request: NodeRequest): Promise<Uint8Array> {
  const x509 = await library();
  const subject: JsonName = [{ O: [request.cluster] }, { OU: [request.role] }, { CN: [request.name] }];
  const publicKey = await importPublicKey(request.publicKey);
  const issuerKey = await importPublicKey(issuer.keys.publicKey);
  const uri = nodeUri(request.cluster, request.node);
  return create(subject, new x509.Name(Uint8Array.from(issuer.subject)), issuer.keys, publicKey, request, [
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    new x509.SubjectAlternativeNameExtension([{ type: "url", value: uri }]),
    await x509.SubjectKeyIdentifierExtension.create(publicKey, false, webcrypto),
    // Tells openssl which of two authorities of the same name signed, during a rotation.
    await x509.AuthorityKeyIdentifierExtension.create(issuerKey, false, webcrypto),
  ]);
}

type Library = typeof import("@peculiar/x509");
type Extensions = InstanceType<Library["Extension"]>[];

/** Only commands that issue load the library: it is larger than the rest of this package, and a daemon never issues. */
async function library(): Promise<Library> {
  await import("reflect-metadata");
  return import("@peculiar/x509");
}

async function create(
  subject: X509CertificateCreateParamsName,
  issuer: X509CertificateCreateParamsName,
  keys: KeyPair,
  publicKey: webcrypto.CryptoKey,
  request: AuthorityRequest | NodeRequest,
  extensions: Extensions,
): Promise<Uint8Array> {
  const { X509CertificateGenerator } = await library();
  const certificate = await X509CertificateGenerator.create(
    {
      subject,
      issuer,
      serialNumber: serialNumber(request.serial),
      notBefore: wholeSecond(request.notBefore),
      notAfter: wholeSecond(request.notAfter),
      publicKey,
      signingKey: await importPrivateKey(keys),
      extensions,
    },
    webcrypto,
  );
  return new Uint8Array(certificate.rawData);
}

/** A positive number of 16 bytes whose first byte is never zero, as X.509 wants them. */
function serialNumber(random: Uint8Array): string {
  const bytes = Buffer.from(random);
  bytes[0] = (bytes[0]! & 0x3f) | 0x40;
  return bytes.toString("hex");
}

function wholeSecond(time: number): Date {
  return new Date(Math.floor(time / 1000) * 1000);
}

function importPublicKey(raw: Uint8Array): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey("raw", Uint8Array.from(raw), "Ed25519", true, ["verify"]);
}

function importPrivateKey(keys: KeyPair): Promise<webcrypto.CryptoKey> {
  const der = Uint8Array.from(encodePrivateKey(keys));
  return webcrypto.subtle.importKey("pkcs8", der, "Ed25519", false, ["sign"]);
}
