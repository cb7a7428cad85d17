import { fc, test } from "@fast-check/vitest";
import Noise from "noise-handshake";
import { describe, expect, it } from "vitest";
import { makePrologue } from "./handshake.ts";
import type { Identity } from "./identity.ts";
import { makeProof } from "./proof.ts";
import { alpha, beta, ends, home, refusal } from "./testing/ends.ts";
import { systemRandom, x25519KeyPair } from "./x25519.ts";

describe("forged proofs", () => {
  const hash = (noise: Noise) => Uint8Array.from(noise.digest!);

  /** A responder that plays Noise by the book and answers with any payload, given what it knows at that point. */
  function answer(payload: (known: { hash: Uint8Array; staticKey: Uint8Array }) => Uint8Array): string {
    const initiator = ends(alpha).initiator();
    const staticKeys = x25519KeyPair(systemRandom);
    const noise = new Noise("XX", false, staticKeys);
    noise.initialise(makePrologue(home.trust.clusterId, "peer"));
    noise.recv(Buffer.from(initiator.start()!));
    const message = noise.send(payload({ hash: hash(noise), staticKey: staticKeys.publicKey }));
    return refusal(() => initiator.receive(message));
  }

  const right = ({ hash, staticKey }: { hash: Uint8Array; staticKey: Uint8Array }) =>
    makeProof(beta, { side: "responder", handshakeHash: hash, staticKey });

  it("accepts the right one, so that the refusals mean something", () => {
    expect(answer(right)).toBe("accepted");
  });

  it("refuses a valid certificate with another key's signature", async () => {
    const gamma = await home.node("gamma");
    const mixed: Identity = { certificate: beta.certificate, sign: gamma.sign, trust: gamma.trust };
    expect(
      answer(({ hash, staticKey }) =>
        makeProof(mixed, { side: "responder", handshakeHash: hash, staticKey }),
      ),
    ).toBe("identity-mismatch");
  });

  it("refuses a proof for another handshake, another end or another key", () => {
    const other = systemRandom(64);
    expect(answer(({ staticKey }) => right({ hash: other, staticKey }))).toBe("identity-mismatch");
    expect(answer(({ hash }) => right({ hash, staticKey: other.subarray(32) }))).toBe("identity-mismatch");
    expect(
      answer(({ hash, staticKey }) => makeProof(beta, { side: "initiator", handshakeHash: hash, staticKey })),
    ).toBe("identity-mismatch");
  });

  it("refuses the proof that an honest responder made for a man in the middle", () => {
    // The man in the middle runs one handshake with beta, learns its proof, and shows it to alpha.
    const noise = new Noise("XX", true, x25519KeyPair(systemRandom));
    noise.initialise(makePrologue(home.trust.clusterId, "peer"));
    const learned = noise.recv(Buffer.from(ends(beta).responder().receive(noise.send()).reply!));
    expect(answer(() => learned)).toBe("identity-mismatch");
  });

  it("refuses payloads that are no proof", () => {
    expect(answer(() => new Uint8Array())).toBe("cert-profile");
    expect(answer(() => new Uint8Array(64))).toBe("cert-profile");
    expect(answer((known) => Uint8Array.from([...right(known), 0]))).toBe("cert-profile");
    expect(answer(() => new Uint8Array(64 + 2049))).toBe("frame-too-large");
    expect(answer(() => beta.certificate.der)).toBe("cert-profile");
  });

  test.prop([fc.uint8Array({ maxLength: 700 }), fc.nat(500)], { numRuns: 100 })(
    "answers any payload with a code",
    (noise, at) => {
      const garbled = (known: { hash: Uint8Array; staticKey: Uint8Array }) => {
        const proof = right(known);
        proof.set(noise.subarray(0, proof.length - (at % proof.length)), at % proof.length);
        return proof;
      };
      expect([
        "cert-profile",
        "cert-untrusted",
        "cluster-mismatch",
        "identity-mismatch",
        "accepted",
      ]).toContain(answer(garbled));
      expect(answer(() => noise)).toBe("cert-profile");
    },
  );
});
