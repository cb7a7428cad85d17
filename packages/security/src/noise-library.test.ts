/** What this package relies on in noise-handshake, and the traps that it steps around. */
import { readFileSync } from "node:fs";
import Noise from "noise-handshake";
import Cipher from "noise-handshake/cipher";
import { describe, expect, it } from "vitest";
import { RecordCipher, takeKey } from "./record-cipher.ts";
import { systemRandom, x25519KeyPair } from "./x25519.ts";

interface Vectors {
  readonly prologue: string;
  readonly initiatorStatic: string;
  readonly initiatorEphemeral: string;
  readonly responderStatic: string;
  readonly responderEphemeral: string;
  readonly handshakeHash: string;
  readonly messages: readonly { readonly payload: string; readonly ciphertext: string }[];
}

const path = new URL("./vectors/noise-xx.vectors.json", import.meta.url);
const vectors = JSON.parse(readFileSync(path, "utf8")) as Vectors;
const bytes = (hex: string) => Buffer.from(hex, "hex");
const hex = (value: Uint8Array) => Buffer.from(value).toString("hex");
const keys = (secret?: string) => x25519KeyPair(secret === undefined ? systemRandom : () => bytes(secret));

function pair(prologue = new Uint8Array()): { initiator: Noise; responder: Noise } {
  const initiator = new Noise("XX", true, keys());
  const responder = new Noise("XX", false, keys());
  initiator.initialise(prologue);
  responder.initialise(prologue);
  return { initiator, responder };
}

function connected(): { initiator: Noise; responder: Noise } {
  const { initiator, responder } = pair();
  responder.recv(Buffer.from(initiator.send()));
  initiator.recv(Buffer.from(responder.send()));
  responder.recv(Buffer.from(initiator.send()));
  return { initiator, responder };
}

describe("noise-handshake with our record cipher", () => {
  it("passes the public vectors of the suite, transport messages included", () => {
    const initiator = new Noise("XX", true, keys(vectors.initiatorStatic));
    const responder = new Noise("XX", false, keys(vectors.responderStatic));
    for (const noise of [initiator, responder]) noise.initialise(bytes(vectors.prologue));
    initiator.e = keys(vectors.initiatorEphemeral);
    responder.e = keys(vectors.responderEphemeral);

    const [first, second, third, ...transport] = vectors.messages;
    for (const [one, from, to] of [
      [first!, initiator, responder],
      [second!, responder, initiator],
      [third!, initiator, responder],
    ] as const) {
      const message = from.send(bytes(one.payload));
      expect(hex(message)).toBe(one.ciphertext);
      expect(hex(to.recv(Buffer.from(message)))).toBe(one.payload);
    }
    expect([hex(initiator.hash!), hex(responder.hash!)]).toEqual([
      vectors.handshakeHash,
      vectors.handshakeHash,
    ]);

    // Trap: the README of the library calls `tx` the key for receiving; the vectors decide.
    const sending = { initiator: takeKey(initiator.tx!), responder: takeKey(responder.tx!) };
    const receiving = { initiator: takeKey(initiator.rx!), responder: takeKey(responder.rx!) };
    expect(transport).toHaveLength(3);
    for (const [index, one] of transport.entries()) {
      const fromResponder = index % 2 === 0;
      const record = sending[fromResponder ? "responder" : "initiator"].seal(bytes(one.payload));
      expect(hex(record)).toBe(one.ciphertext);
      expect(hex(receiving[fromResponder ? "initiator" : "responder"].open(record))).toBe(one.payload);
    }
  });

  it("is byte-identical to the library's cipher at first", () => {
    const { initiator } = connected();
    const library = new Cipher(Uint8Array.from(initiator.tx!));
    const ours = new RecordCipher(initiator.tx!);
    for (let index = 0; index < 300; index += 1) {
      const plaintext = systemRandom(index * 7);
      expect(hex(ours.seal(plaintext))).toBe(hex(library.encrypt(Buffer.from(plaintext))));
    }
  });
});

describe("traps of noise-handshake", () => {
  it("its cipher repeats nonces after 2^32 messages; ours does not", () => {
    const key = systemRandom(32);
    const message = Buffer.from("x");
    const library = new Cipher(Buffer.from(key));
    const first = hex(library.encrypt(message));
    library.nonce = 2 ** 32;
    expect(hex(library.encrypt(message))).toBe(first);
    const ours = new RecordCipher(key, { low: 0xffff_ffff });
    ours.seal(message);
    expect(hex(ours.seal(message))).not.toBe(first);
    expect(hex(new RecordCipher(key).seal(message))).toBe(first);
  });

  it("recv keeps the caller's buffer and overwrites it", () => {
    const { initiator, responder } = pair();
    const first = Buffer.from(initiator.send());
    const before = hex(first);
    responder.recv(first);
    initiator.recv(Buffer.from(responder.send()));
    responder.recv(Buffer.from(initiator.send()));
    expect(hex(first)).not.toBe(before);
  });

  it("message 1 has no size limit", () => {
    const { initiator, responder } = pair();
    const first = Buffer.concat([initiator.send(), Buffer.alloc(10 << 20)]);
    expect(responder.recv(first)).toHaveLength(10 << 20);
  });

  it("tx and rx are views of one buffer", () => {
    const { initiator } = connected();
    expect(initiator.tx!.buffer).toBe(initiator.rx!.buffer);
  });

  it("a throw leaves a state that does not recover", () => {
    const { initiator, responder } = pair();
    responder.recv(Buffer.from(initiator.send()));
    const second = Buffer.from(responder.send());
    const changed = Buffer.from(second);
    changed[changed.length - 1]! ^= 1;
    expect(() => initiator.recv(changed)).toThrow();
    expect(() => initiator.recv(second)).toThrow();
  });
});
