import type { Envelope } from "@jarvis-crdt/batch";
import { decodeLogId, encodeLogId, type NodeId, nodeOf } from "@jarvis-crdt/crdt";
import { z } from "zod";
import { SyncError } from "./error.ts";
import type { Summary } from "./frontier-tree.ts";
import { messageLimits as limits } from "./limits.ts";
import { type LogEntry, type Message, treeFeature } from "./message.ts";
import { decodeTokens, encodeTokens, type Token } from "./msgpack.ts";
import { spentTokens, spentTuple } from "./spent-codec.ts";

/** Numbers of the messages on the wire. docs/wire/session.md lists the reserved ones. */
const numbers = {
  hello: 1,
  have: 2,
  certificate: 3,
  schema: 4,
  batch: 5,
  credit: 6,
  ack: 7,
  bye: 8,
  quiet: 9,
  ask: 10,
  told: 11,
  clock: 12,
  branch: 16,
  leaves: 17,
  inquire: 32,
  spent: 33,
  forked: 48,
  history: 49,
  shown: 50,
} as const;

/** A message as bytes. Throws `RangeError` for one that a receiver would refuse. O(bytes). */
export function encodeMessage(message: Message): Uint8Array {
  const bytes = encodeTokens(toTokens(message));
  if (bytes.length > limits.bytes)
    throw new RangeError(`a ${message.type} message exceeds ${limits.bytes} bytes`);
  return bytes;
}

/**
 * Reads and validates one message. Ids are copied; the parts of a batch, certificates and schemas are views on `bytes`,
 * which the caller therefore does not write to again. Throws `SyncError` `malformed`, `too-large`, `too-many` or
 * `unknown-message`. O(bytes).
 */
export function decodeMessage(bytes: Uint8Array): Message {
  if (bytes.length > limits.bytes)
    throw new SyncError("too-large", `a message exceeds ${limits.bytes} bytes`);
  const tokens = decodeTokens(bytes, limits);
  if (!Array.isArray(tokens) || typeof tokens[0] !== "number")
    throw new SyncError("malformed", "a message is an array that begins with its number");
  const shape = shapes.get(tokens[0]);
  if (shape === undefined) throw new SyncError("unknown-message", `no message has the number ${tokens[0]}`);
  const parsed = shape.safeParse(tokens);
  if (parsed.success) return parsed.data;
  // The path is ours; zod's text could quote the peer.
  const where = parsed.error.issues[0]?.path.join(".") ?? "";
  throw new SyncError("malformed", `message ${tokens[0]} is malformed at ${where || "its length"}`);
}

function toTokens(message: Message): Token {
  switch (message.type) {
    case "hello":
      return [
        numbers.hello,
        message.version,
        message.cluster,
        encodeNode(message.node),
        message.features,
        message.clock,
        ...(message.tree ? [summaryTokens(message.tree)] : []),
      ];
    case "have":
      return [numbers.have, message.entries.map(entryTokens), message.last];
    case "certificate":
      return [numbers.certificate, encodeNode(message.node), message.der];
    case "schema":
      return [numbers.schema, message.id, message.bytes];
    case "batch":
      return [numbers.batch, ...envelopeTokens(message.envelope)];
    case "credit":
      return [numbers.credit, message.bytes];
    case "ack":
      return [numbers.ack, message.entries.map(entryTokens)];
    case "bye":
      return [numbers.bye, message.code, message.text];
    case "quiet":
      return [numbers.quiet, message.logs.map((log) => encodeLogId(log))];
    case "ask":
      return [numbers.ask, message.number];
    case "told":
      return [numbers.told, message.number];
    case "clock":
      return [numbers.clock, message.clock, message.asks];
    case "forked":
      return [numbers.forked, encodeLogId(message.log)];
    case "history": {
      const points = message.points.map(({ seq, batch }): Token => [seq, batch]);
      return [numbers.history, encodeLogId(message.log), points];
    }
    case "shown":
      return [numbers.shown, encodeLogId(message.log), message.envelopes.map(envelopeTokens)];
    case "inquire":
      return [numbers.inquire, encodeLogId(message.log), message.after];
    case "spent":
      return [numbers.spent, ...spentTokens(message)];
    case "branch":
      return [numbers.branch, message.prefix, message.children.map(summaryTokens)];
    case "leaves":
      return [numbers.leaves, message.prefix, message.entries.map(entryTokens), message.last];
  }
}

function entryTokens(entry: LogEntry): Token {
  return [encodeLogId(entry.log), entry.seq, entry.batch];
}

function envelopeTokens({ header, signature, codec, rawLength, body }: Envelope): Token[] {
  return [header, signature, codec, rawLength, body];
}

function summaryTokens({ count, hash }: Summary): Token {
  return [count, hash];
}

const noIncarnation = "0".repeat(16);

function encodeNode(node: NodeId): Uint8Array {
  return encodeLogId(`${node}:${noIncarnation}`).subarray(0, 16);
}

function decodeNode(bytes: Uint8Array): NodeId {
  const padded = new Uint8Array(24);
  padded.set(bytes);
  return nodeOf(decodeLogId(padded));
}

const bytesUpTo = (most: number) =>
  z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length <= most);
/** Short and kept for long: a copy, or it would keep the whole message alive. */
const bytesOf = (length: number) =>
  z
    .custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === length)
    .transform((value) => value.slice());
const count = z.number().int().min(0);
const node = bytesOf(16).transform(decodeNode);
const entry = z
  .tuple([bytesOf(24), count, bytesOf(32)])
  .transform(([log, seq, batch]): LogEntry => ({ log: decodeLogId(log), seq, batch }));
const log = bytesOf(24).transform((bytes) => decodeLogId(bytes));
const point = z.tuple([count, bytesOf(32)]).transform(([seq, batch]) => ({ seq, batch }));
const envelopeParts = [
  bytesUpTo(limits.header),
  bytesUpTo(64).refine((signature) => signature.length === 64),
  count.max(255),
  count.max(limits.rawLength),
  bytesUpTo(limits.bytes),
] as const;
const envelope = z.tuple(envelopeParts).transform(
  ([header, signature, codec, rawLength, body]): Envelope => ({
    header,
    signature,
    codec,
    rawLength,
    body,
  }),
);
const entries = z.array(entry).max(limits.entries);
const summary = z.tuple([count, bytesOf(32)]).transform(([many, hash]): Summary => ({ count: many, hash }));
const prefix = bytesUpTo(limits.prefix)
  .refine((digits) => digits.every((one) => one < 16))
  .transform((digits) => digits.slice());
const word = z.string().regex(/^[a-z0-9-]{1,32}$/);

const shapes = new Map<number, z.ZodType<Message>>([
  [
    numbers.hello,
    // The rest belongs to later versions: they must be able to say hello before they are told that it is in vain.
    z
      .tuple([z.literal(1), count, bytesOf(16), node, z.array(word).max(limits.features), count], z.unknown())
      .transform(([, version, cluster, from, features, clock, root]) => ({
        type: "hello" as const,
        version,
        cluster,
        node: from,
        features,
        clock,
        // Whoever does not announce the feature may mean something else by what follows.
        ...(features.includes(treeFeature) && { tree: summary.safeParse(root).data }),
      })),
  ],
  [
    numbers.have,
    z
      .tuple([z.literal(2), entries, z.boolean()])
      .transform(([, all, last]) => ({ type: "have" as const, entries: all, last })),
  ],
  [
    numbers.certificate,
    z
      .tuple([z.literal(3), node, bytesUpTo(limits.certificate)])
      .transform(([, of, der]) => ({ type: "certificate" as const, node: of, der })),
  ],
  [
    numbers.schema,
    z
      .tuple([z.literal(4), bytesOf(32), bytesUpTo(limits.schema)])
      .transform(([, id, bytes]) => ({ type: "schema" as const, id, bytes })),
  ],
  [
    numbers.batch,
    z.tuple([z.literal(5), ...envelopeParts]).transform(([, header, signature, codec, rawLength, body]) => ({
      type: "batch" as const,
      envelope: { header, signature, codec, rawLength, body },
    })),
  ],
  [
    numbers.credit,
    z
      .tuple([z.literal(6), count.max(limits.credit)])
      .transform(([, bytes]) => ({ type: "credit" as const, bytes })),
  ],
  [
    numbers.ack,
    z.tuple([z.literal(7), entries]).transform(([, all]) => ({ type: "ack" as const, entries: all })),
  ],
  [
    numbers.bye,
    z
      .tuple([z.literal(8), word, z.string().max(limits.text)])
      .transform(([, code, text]) => ({ type: "bye" as const, code, text })),
  ],
  [
    numbers.quiet,
    z
      .tuple([z.literal(9), z.array(bytesOf(24).transform((log) => decodeLogId(log))).max(limits.entries)])
      .transform(([, logs]) => ({ type: "quiet" as const, logs })),
  ],
  [
    numbers.ask,
    z.tuple([z.literal(10), count]).transform(([, number]) => ({ type: "ask" as const, number })),
  ],
  [
    numbers.told,
    z.tuple([z.literal(11), count]).transform(([, number]) => ({ type: "told" as const, number })),
  ],
  [
    numbers.clock,
    z
      .tuple([z.literal(12), count, z.boolean()])
      .transform(([, clock, asks]) => ({ type: "clock" as const, clock, asks })),
  ],
  [
    numbers.forked,
    z.tuple([z.literal(48), log]).transform(([, of]) => ({ type: "forked" as const, log: of })),
  ],
  [
    numbers.history,
    z
      .tuple([z.literal(49), log, z.array(point).max(limits.points)])
      .transform(([, of, points]) => ({ type: "history" as const, log: of, points })),
  ],
  [
    numbers.shown,
    z
      .tuple([z.literal(50), log, z.array(envelope).max(limits.shown)])
      .transform(([, of, envelopes]) => ({ type: "shown" as const, log: of, envelopes })),
  ],
  [
    numbers.inquire,
    z
      .tuple([z.literal(32), log, count])
      .transform(([, of, after]) => ({ type: "inquire" as const, log: of, after })),
  ],
  [numbers.spent, spentTuple(z.literal(33), log, count)],
  [
    numbers.branch,
    z
      .tuple([z.literal(16), prefix, z.array(summary).length(16)])
      .transform(([, at, children]) => ({ type: "branch" as const, prefix: at, children })),
  ],
  [
    numbers.leaves,
    z
      .tuple([z.literal(17), prefix, entries, z.boolean()])
      .transform(([, at, all, last]) => ({ type: "leaves" as const, prefix: at, entries: all, last })),
  ],
]);
