import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import type { Handshake, HandshakeFactory, PeerIdentity, SecureChannel } from "../channel.ts";

/**
 * A handshake with the shape of the real one and none of its security: three messages, identities in the second and
 * third, keys from the first. For tests of this package.
 */
export function testHandshakes(
  node: string,
  options: { readonly untrusted?: string } = {},
): HandshakeFactory {
  const trust = (peer: string): string => {
    if (peer === options.untrusted) throw new TestRefusal("cert-untrusted");
    return peer;
  };
  return {
    initiator: () => new Initiator(node, trust),
    responder: () => new Responder(node, trust),
  };
}

export class TestRefusal extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

class Initiator implements Handshake {
  readonly #node: string;
  readonly #trust: (peer: string) => string;
  readonly #secret = randomBytes(32);

  constructor(node: string, trust: (peer: string) => string) {
    this.#node = node;
    this.#trust = trust;
  }

  start(): Uint8Array {
    return this.#secret;
  }

  receive(message: Uint8Array): { reply: Uint8Array; channel: SecureChannel } {
    const peer = this.#trust(new TextDecoder().decode(message));
    return { reply: new TextEncoder().encode(this.#node), channel: new TestChannel(peer, this.#secret, 0) };
  }
}

class Responder implements Handshake {
  readonly #node: string;
  readonly #trust: (peer: string) => string;
  #secret: Uint8Array | undefined;

  constructor(node: string, trust: (peer: string) => string) {
    this.#node = node;
    this.#trust = trust;
  }

  start(): undefined {
    return undefined;
  }

  receive(message: Uint8Array): { reply: Uint8Array } | { channel: SecureChannel } {
    if (this.#secret === undefined) {
      if (message.length !== 32) throw new TestRefusal("decrypt-failed");
      this.#secret = message.slice();
      return { reply: new TextEncoder().encode(this.#node) };
    }
    return { channel: new TestChannel(this.#trust(new TextDecoder().decode(message)), this.#secret, 1) };
  }
}

const algorithm = "chacha20-poly1305";
const tag = { authTagLength: 16 };

class TestChannel implements SecureChannel {
  readonly peer: PeerIdentity;
  readonly #keys: readonly Uint8Array[];
  readonly #side: 0 | 1;
  readonly #counters: [sealed: number, opened: number] = [0, 0];

  constructor(node: string, secret: Uint8Array, side: 0 | 1) {
    this.peer = { node, name: `node-${node}`, role: "writer", certificate: new Uint8Array(0) };
    this.#keys = [0, 1].map((i) => createHash("sha256").update(secret).update(Uint8Array.of(i)).digest());
    this.#side = side;
  }

  seal(plaintext: Uint8Array): Uint8Array {
    const cipher = createCipheriv(algorithm, this.#keys[this.#side]!, nonce(this.#counters[0]++), tag);
    return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  }

  open(record: Uint8Array): Uint8Array {
    const cipher = createDecipheriv(algorithm, this.#keys[1 - this.#side]!, nonce(this.#counters[1]++), tag);
    cipher.setAuthTag(record.subarray(-16));
    const plaintext = cipher.update(record.subarray(0, -16));
    try {
      cipher.final();
    } catch {
      throw new TestRefusal("decrypt-failed");
    }
    return plaintext;
  }
}

function nonce(counter: number): Uint8Array {
  const bytes = new Uint8Array(12);
  new DataView(bytes.buffer).setUint32(8, counter);
  return bytes;
}
