import type { Certificate } from "./certificate.ts";
import { SecurityError, shown } from "./error.ts";
import type { Identity } from "./identity.ts";
import { maxCertificateBytes } from "./profile.ts";
import type { Trust } from "./trust.ts";
import { verifier } from "./verifier.ts";
import { verifyCertificate } from "./verify-certificate.ts";

/** Which end of the channel speaks. Equal lengths, so that what is signed has one reading. */
export type Side = "initiator" | "responder";

const signatureBytes = 64;
const domain = new TextEncoder().encode("crdtsync/1 channel-identity\0");
const sides = {
  initiator: new TextEncoder().encode("initiator"),
  responder: new TextEncoder().encode("responder"),
};

/** What a proof is bound to: nobody can use it on another channel, for the other end, or for another Noise key. */
export interface ProofContext {
  readonly side: Side;
  /** Handshake hash before the message that carries the proof, 64 bytes. */
  readonly handshakeHash: Uint8Array;
  /** X25519 static key of the end that proves itself, 32 bytes. */
  readonly staticKey: Uint8Array;
}

/** The payload with which a node says who it is: signature (64) and certificate. */
export function makeProof(identity: Identity, context: ProofContext): Uint8Array {
  const signature = identity.sign(signedBytes(context));
  return Uint8Array.from(Buffer.concat([signature, identity.certificate.der]));
}

/**
 * Reads and checks a proof. Throws `frame-too-large`, `identity-mismatch` (by the certificate's key nobody signed this
 * channel) or what `verifyCertificate` throws for a live session.
 */
export function checkProof(
  payload: Uint8Array,
  context: ProofContext,
  trust: Trust,
  now: number,
): Certificate {
  if (payload.length > signatureBytes + maxCertificateBytes)
    throw new SecurityError(
      "frame-too-large",
      `The peer's certificate is longer than ${maxCertificateBytes} bytes.`,
    );
  const signature = payload.subarray(0, signatureBytes);
  const certificate = verifyCertificate(payload.subarray(signatureBytes), trust, { use: "live", now });
  if (!verifier.verify(signature, signedBytes(context), certificate.publicKey))
    throw new SecurityError(
      "identity-mismatch",
      `The peer shows the certificate of ${shown(certificate.name)} and does not hold its key.`,
    );
  return certificate;
}

function signedBytes({ side, handshakeHash, staticKey }: ProofContext): Uint8Array {
  return Buffer.concat([domain, sides[side], handshakeHash, staticKey]);
}
