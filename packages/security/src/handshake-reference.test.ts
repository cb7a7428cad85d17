import { describe, expect, it } from "vitest";
import type { Identity } from "./identity.ts";
import { alpha, beta, connect, ends } from "./testing/ends.ts";
import { chachaPoly, NoiseReference } from "./testing/noise-reference.ts";
import { systemRandom, x25519KeyPair } from "./x25519.ts";

/** Random bytes that can be asked for again afterwards. */
function recorded(): { readonly random: (length: number) => Uint8Array; readonly all: Uint8Array[] } {
  const all: Uint8Array[] = [];
  return {
    all,
    random(length) {
      const bytes = systemRandom(length);
      all.push(Uint8Array.from(bytes));
      return bytes;
    },
  };
}

describe("an independent implementation", () => {
  it("computes the same three messages and the same first records", () => {
    const [left, right] = [recorded(), recorded()];
    const { messages, initiator, responder } = connect(
      ends(alpha, { random: left.random }).initiator(),
      ends(beta, { random: right.random }).responder(),
    );
    const publicOf = (secret: Uint8Array) => x25519KeyPair(() => secret).publicKey;
    const [initiatorStatic, initiatorEphemeral] = left.all as [Uint8Array, Uint8Array];
    const [responderStatic, responderEphemeral] = right.all as [Uint8Array, Uint8Array];

    const prologue = Buffer.concat([
      Buffer.from("crdtsync/1\0Noise_XX_25519_ChaChaPoly_BLAKE2b\0"),
      Buffer.from("c6acf6993ca8c28a2761c9f337c898ae", "hex"),
      Buffer.from("peer"),
    ]);
    const reference = new NoiseReference(prologue);
    const proof = (identity: Identity, side: string, hash: Uint8Array, staticSecret: Uint8Array) =>
      Buffer.concat([
        identity.sign(
          Buffer.concat([Buffer.from(`crdtsync/1 channel-identity\0${side}`), hash, publicOf(staticSecret)]),
        ),
        identity.certificate.der,
      ]);

    const first = Buffer.from(publicOf(initiatorEphemeral));
    reference.mixHash(first);
    reference.mixHash(new Uint8Array());
    const answerProof = proof(beta, "responder", reference.hash, responderStatic);
    const ephemeral = publicOf(responderEphemeral);
    reference.mixHash(ephemeral);
    reference.mixKey(responderEphemeral, publicOf(initiatorEphemeral));
    const key = reference.seal(publicOf(responderStatic));
    reference.mixKey(responderStatic, publicOf(initiatorEphemeral));
    const second = Buffer.concat([ephemeral, key, reference.seal(answerProof)]);
    const lastProof = proof(alpha, "initiator", reference.hash, initiatorStatic);
    const lastKey = reference.seal(publicOf(initiatorStatic));
    reference.mixKey(initiatorStatic, publicOf(responderEphemeral));
    const third = Buffer.concat([lastKey, reference.seal(lastProof)]);

    expect(messages.map((message) => Buffer.from(message).toString("hex"))).toEqual(
      [first, second, third].map((message) => message.toString("hex")),
    );
    const [toResponder, toInitiator] = reference.split();
    const plaintext = Buffer.from("hello");
    for (const counter of [0, 1, 2]) {
      expect(Buffer.from(initiator.seal(plaintext))).toEqual(chachaPoly(toResponder, counter, plaintext));
      expect(Buffer.from(responder.seal(plaintext))).toEqual(chachaPoly(toInitiator, counter, plaintext));
    }
  });
});
