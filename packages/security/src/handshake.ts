import Noise from "noise-handshake";
import type { Certificate } from "./certificate.ts";
import { type Channel, createChannel } from "./channel.ts";
import { SecurityError } from "./error.ts";
import type { Identity } from "./identity.ts";
import { checkProof, makeProof, type Side } from "./proof.ts";
import { takeKey } from "./record-cipher.ts";
import type { Trust } from "./trust.ts";
import { systemRandom, type X25519KeyPair, x25519KeyPair } from "./x25519.ts";

/** One side of a handshake, without sockets: bytes in, bytes out. */
export interface Handshake {
  /** The initiator's first message; undefined for the responder. */
  start(): Uint8Array | undefined;
  /** Takes one handshake message; `channel` appears with the last. After any throw the object is dead. */
  receive(message: Uint8Array): Received;
}

/** What came of a message of the handshake: an answer to send, and the channel once it stands. */
export interface Received {
  readonly reply?: Uint8Array;
  readonly channel?: Channel;
}

/** Begins handshakes of one identity, one for each connection. */
export interface HandshakeFactory {
  initiator(): Handshake;
  responder(): Handshake;
}

/** Who this end is, whom it believes, and what for. */
export interface HandshakeOptions {
  readonly identity: Identity;
  /** Whom to believe; that of the identity if absent. */
  readonly trust?: Trust;
  /** Ends that speak for different purposes do not understand each other. */
  readonly purpose: "peer" | "join";
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** As many secret random bytes as asked for; libsodium's if absent. */
  readonly random?: (length: number) => Uint8Array;
}

const suite = "Noise_XX_25519_ChaChaPoly_BLAKE2b";
const keyBytes = 32;
const tagBytes = 16;
/** A message with a proof is at most so long; the transport refuses longer ones before reading them. */
const maxMessageBytes = 2560;

/**
 * Makes handshakes of Noise XX (noiseprotocol.org, revision 34) in which both ends prove the key of their certificate.
 * Nothing is negotiated: version, suite, cluster and purpose are in the prologue, and ends that differ in one of them
 * fail at the second message. The X25519 key is made here and lives as long as the factory.
 *
 * `receive` throws `SecurityError`: `frame-too-large`, `decrypt-failed`, `cluster-mismatch`, `cert-profile`,
 * `cert-untrusted`, `cert-expired`, `identity-mismatch`, `self-connect`. The code is for the log, the peer is told nothing.
 */
export function createHandshakes(options: HandshakeOptions): HandshakeFactory {
  const { identity, trust = identity.trust, purpose, now, random = systemRandom } = options;
  const staticKeys = x25519KeyPair(random);
  const prologue = makePrologue(trust.clusterId, purpose);
  const end: End = { identity, trust, now, random, staticKeys, prologue };
  return { initiator: () => new Initiator(end), responder: () => new Responder(end) };
}

/** `"crdtsync/1" 0 suite 0 cluster id (16) purpose`. */
export function makePrologue(clusterId: Uint8Array, purpose: "peer" | "join"): Uint8Array {
  return Buffer.concat([Buffer.from(`crdtsync/1\0${suite}\0`), clusterId, Buffer.from(purpose)]);
}

/** What all handshakes of one end share. */
interface End {
  readonly identity: Identity;
  readonly trust: Trust;
  readonly now: () => number;
  readonly random: (length: number) => Uint8Array;
  readonly staticKeys: X25519KeyPair;
  readonly prologue: Uint8Array;
}

/** → e · ← e, ee, s, es, proof · → s, se, proof */
class Initiator implements Handshake {
  readonly #end: End;
  readonly #noise: Noise;
  #expects: "start" | "second" | "nothing" = "start";

  constructor(end: End) {
    this.#end = end;
    this.#noise = newNoise(end, true);
  }

  start(): Uint8Array {
    if (this.#expects !== "start") throw new Error("the handshake was started before");
    this.#expects = "second";
    return this.#noise.send();
  }

  receive(message: Uint8Array): Received {
    if (this.#expects !== "second") throw new Error("the handshake expects no message");
    this.#expects = "nothing";
    const before = runningHash(this.#noise);
    const payload = read(this.#noise, message, keyBytes + (keyBytes + tagBytes) + tagBytes, maxMessageBytes);
    const certificate = check(this.#end, this.#noise, "responder", before, payload);
    const reply = prove(this.#end, this.#noise, "initiator");
    return { reply, channel: finish(this.#noise, certificate) };
  }
}

class Responder implements Handshake {
  readonly #end: End;
  readonly #noise: Noise;
  #expects: "first" | "third" | "nothing" = "first";

  constructor(end: End) {
    this.#end = end;
    this.#noise = newNoise(end, false);
  }

  start(): undefined {
    return undefined;
  }

  receive(message: Uint8Array): Received {
    const expected = this.#expects;
    this.#expects = "nothing";
    switch (expected) {
      case "first": {
        read(this.#noise, message, keyBytes, keyBytes);
        const reply = prove(this.#end, this.#noise, "responder");
        this.#expects = "third";
        return { reply };
      }
      case "third": {
        const before = runningHash(this.#noise);
        const payload = read(this.#noise, message, keyBytes + tagBytes + tagBytes, maxMessageBytes);
        const certificate = check(this.#end, this.#noise, "initiator", before, payload);
        return { channel: finish(this.#noise, certificate) };
      }
      case "nothing":
        throw new Error("the handshake expects no message");
    }
  }
}

function newNoise({ staticKeys, prologue, random }: End, initiator: boolean): Noise {
  const noise = new Noise("XX", initiator, staticKeys);
  noise.initialise(prologue);
  noise.e = x25519KeyPair(random);
  return noise;
}

function runningHash(noise: Noise): Uint8Array {
  return Uint8Array.from(noise.digest!);
}

function read(noise: Noise, message: Uint8Array, min: number, max: number): Uint8Array {
  if (message.length > max)
    throw new SecurityError(
      "frame-too-large",
      `A handshake message of ${message.length} bytes exceeds ${max}.`,
    );
  if (message.length < min) throw new SecurityError("decrypt-failed", "A handshake message is too short.");
  try {
    // The library keeps views of what it reads and later writes zeros there, so it gets a copy.
    return noise.recv(Buffer.from(message));
  } catch {
    // The peer's static key is the first thing that is encrypted, and its tag covers the prologue.
    const atPrologue = noise.initiator && noise.rs === null;
    throw atPrologue
      ? new SecurityError(
          "cluster-mismatch",
          "The peer's answer was not made for this handshake: it is of another cluster or version, or was exchanged on its way.",
        )
      : new SecurityError("decrypt-failed", "A handshake message was changed or repeated on its way.");
  }
}

/** Sends our proof. It is bound to the handshake hash before the message that carries it. */
function prove({ identity, staticKeys }: End, noise: Noise, side: Side): Uint8Array {
  const handshakeHash = runningHash(noise);
  const proof = makeProof(identity, { side, handshakeHash, staticKey: staticKeys.publicKey });
  try {
    return noise.send(proof);
  } catch {
    // Only here does the library notice a first message that is a point of low order.
    throw new SecurityError("decrypt-failed", "The peer's key gives no shared secret.");
  }
}

function check(
  end: End,
  noise: Noise,
  side: Side,
  handshakeHash: Uint8Array,
  payload: Uint8Array,
): Certificate {
  const staticKey = noise.rs!;
  const certificate = checkProof(payload, { side, handshakeHash, staticKey }, end.trust, end.now());
  if (certificate.node === end.identity.certificate.node)
    throw new SecurityError(
      "self-connect",
      "The peer is this node itself, or a copy of it with the same certificate.",
    );
  return certificate;
}

function finish(noise: Noise, { node, name, role, der, notAfter }: Certificate): Channel {
  const peer = { node, name, role, certificate: der, notAfter };
  return createChannel(peer, takeKey(noise.tx!), takeKey(noise.rx!));
}
