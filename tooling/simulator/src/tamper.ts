import { hollowOf } from "@jarvis-crdt/batch";
import type { Random } from "@jarvis-crdt/store/conformance";
import { decodeMessage, encodeMessage, type Message } from "@jarvis-crdt/sync";
import type { Attack } from "./step.ts";

/** How many old messages a Byzantine machine remembers. */
const remembered = 20;

/**
 * What a Byzantine machine makes of the messages that its replica, which is an honest one, wants to send. It holds a
 * certificate and the key to it; it has nobody else's.
 */
export class Tamper {
  readonly #random: Random;
  readonly #stranger: Uint8Array;
  readonly #sent: Uint8Array[] = [];
  #attack: Attack | undefined;
  #held: Uint8Array | undefined;

  /** `stranger`: a certificate that no authority issued. */
  constructor(random: Random, stranger: Uint8Array) {
    this.#random = random;
    this.#stranger = stranger;
  }

  set attack(attack: Attack | undefined) {
    this.#attack = attack;
  }

  /** What goes over the wire in place of `message`. */
  send(message: Uint8Array): readonly Uint8Array[] {
    if (this.#attack === undefined) return [message];
    if (this.#sent.length < remembered) this.#sent.push(message);
    return this.#by(this.#attack, message);
  }

  #by(attack: Attack, bytes: Uint8Array): readonly Uint8Array[] {
    const random = this.#random;
    const message = decodeMessage(bytes);
    switch (attack) {
      case "forge":
        return [message.type === "batch" || message.type === "schema" ? this.#forge(message) : bytes];
      case "reorder": {
        if (message.type !== "batch") return [bytes];
        const held = this.#held;
        this.#held = held ? undefined : bytes;
        return held ? [bytes, held] : [];
      }
      case "withhold":
        return message.type === "batch" && message.envelope.header[33]! % 2 === 0 ? [] : [bytes];
      case "skip":
        return message.type === "batch" && random.below(3) === 0 ? [] : [bytes];
      case "double":
        return message.type === "batch" ? [bytes, bytes] : [bytes];
      case "lie":
        return [this.#lie(message)];
      case "hollow":
        return [this.#emptied(message)];
      case "oversize":
        return random.below(5) === 0 ? [this.#oversized()] : [bytes];
      case "garbage":
        return random.below(4) === 0 ? [random.bytes(1 + random.below(200))] : [bytes];
      case "flood":
        return [bytes, ...this.#flood()];
      case "mute":
        return message.type === "hello" ? [bytes] : [];
      case "stale":
        return random.below(3) === 0 ? [random.pick(this.#sent), bytes] : [bytes];
    }
  }

  /** One bit of what its author signed, or of the signature, is another. */
  #forge(message: Extract<Message, { type: "batch" | "schema" }>): Uint8Array {
    const random = this.#random;
    if (message.type === "schema")
      return encodeMessage({ ...message, bytes: flipped(message.bytes, random) });
    const { envelope } = message;
    const part = random.pick(["header", "signature", "body"] as const);
    return encodeMessage({ ...message, envelope: { ...envelope, [part]: flipped(envelope[part], random) } });
  }

  #lie(message: Message): Uint8Array {
    const random = this.#random;
    if (message.type !== "have" && message.type !== "ack") return encodeMessage(message);
    const entries = message.entries.map((entry) =>
      random.below(2) === 0
        ? entry
        : { ...entry, seq: Math.max(1, entry.seq + random.below(7) - 3), batch: random.bytes(32) },
    );
    return encodeMessage({ ...message, entries });
  }

  /** Throws away whatever it sends, and calls spent whatever it is asked for. */
  #emptied(message: Message): Uint8Array {
    if (message.type === "batch") return encodeMessage({ ...message, envelope: hollowOf(message.envelope) });
    if (message.type !== "spent" || message.through <= message.after) return encodeMessage(message);
    const runs = [{ first: message.after + 1, last: message.through }];
    return encodeMessage({ ...message, settled: true, runs, told: [], overwritten: [] });
  }

  #oversized(): Uint8Array {
    const random = this.#random;
    if (random.below(2) === 0) return encodeMessage({ type: "credit", bytes: 2 ** 30 });
    const bytes = new Uint8Array(5 * 1024 * 1024 + 1);
    bytes.set([0x92, 5, 0xc6, 0x00, 0x4f, 0xff, 0xff]);
    return bytes;
  }

  #flood(): readonly Uint8Array[] {
    const random = this.#random;
    const node = `00000000-0000-4000-8000-${random.below(0xffff).toString(16).padStart(12, "0")}`;
    const log = `${node}:${"0".repeat(12)}${random.below(0xffff).toString(16).padStart(4, "0")}` as const;
    return random.pick([
      [encodeMessage({ type: "certificate", node, der: this.#stranger })],
      Array.from({ length: 5 }, () => encodeMessage({ type: "credit", bytes: random.below(1000) })),
      [encodeMessage({ type: "ack", entries: [{ log, seq: 1 + random.below(9), batch: random.bytes(32) }] })],
      [encodeMessage({ type: "have", entries: [{ log, seq: 0, batch: new Uint8Array(32) }], last: true })],
    ]);
  }
}

function flipped(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = bytes.slice();
  if (copy.length > 0) copy[random.below(copy.length)]! ^= 1 << random.below(8);
  return copy;
}
