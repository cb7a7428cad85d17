import type { Hasher } from "@jarvis-crdt/batch";
import { encodeMessage } from "../src/codec.ts";
import { FrontierTree } from "../src/frontier-tree.ts";
import type { Message } from "../src/message.ts";

const pattern = (length: number, step: number) =>
  Uint8Array.from({ length }, (_, i) => (i * step + step) % 256);

const log = "0f1e2d3c-4b5a-4697-8877-665544332211:0123456789abcdef";
const node = log.slice(0, 36);
const entry = { log, seq: 70_000, batch: pattern(32, 3) };

/** One of each message, and the boundaries of every width. */
export const messages: readonly Message[] = [
  { type: "hello", version: 1, cluster: pattern(16, 1), node, features: [], clock: 900_000_000_000_000 },
  { type: "hello", version: 1, cluster: pattern(16, 1), node, features: ["later", "x".repeat(32)], clock: 1 },
  { type: "have", entries: [], last: true },
  { type: "have", entries: [entry, { ...entry, seq: 0 }], last: false },
  { type: "have", entries: Array.from({ length: 17 }, (_, seq) => ({ ...entry, seq })), last: true },
  { type: "certificate", node, der: pattern(300, 5) },
  { type: "schema", id: pattern(32, 7), bytes: pattern(40, 9) },
  {
    type: "batch",
    envelope: {
      header: pattern(198, 11),
      signature: pattern(64, 13),
      codec: 1,
      rawLength: 65_536,
      body: pattern(20, 17),
    },
  },
  ...[0, 127, 128, 255, 256, 65_535, 65_536, 2 ** 30].map((bytes) => ({ type: "credit" as const, bytes })),
  ...[2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER].map((seq) => ({
    type: "ack" as const,
    entries: [{ ...entry, seq }],
  })),
  { type: "forked", log },
  { type: "history", log, points: [{ seq: 7, batch: pattern(32, 5) }] },
  {
    type: "shown",
    log,
    envelopes: [
      {
        header: pattern(198, 11),
        signature: pattern(64, 13),
        codec: 1,
        rawLength: 65_536,
        body: pattern(20, 17),
      },
    ],
  },
  { type: "bye", code: "shutdown", text: "This node is going down." },
  {
    type: "hello",
    version: 1,
    cluster: pattern(16, 1),
    node,
    features: ["frontier-tree"],
    clock: 1,
    tree: { count: 3, hash: pattern(32, 19) },
  },
  {
    type: "branch",
    prefix: Uint8Array.of(0, 15),
    children: Array.from({ length: 16 }, (_, i) => ({ count: i * 20, hash: pattern(32, i) })),
  },
  { type: "quiet", logs: [log] },
  { type: "ask", number: 3 },
  { type: "told", number: 2 ** 32 },
  { type: "inquire", log, after: 70_000 },
  { type: "spent", log, after: 9, through: 4, settled: false, runs: [], told: [], overwritten: [] },
  {
    type: "spent",
    log,
    after: 3,
    through: 300,
    settled: true,
    runs: [
      { first: 4, last: 4 },
      { first: 6, last: 299 },
    ],
    told: [{ first: 5, last: 5 }],
    overwritten: [
      { seq: 5, group: "größe" },
      { seq: 5, group: "text" },
      { seq: 300, group: "größe" },
    ],
  },
  { type: "leaves", prefix: Uint8Array.of(7), entries: [entry], last: false },
  { type: "leaves", prefix: new Uint8Array(0), entries: [], last: true },
  { type: "clock", clock: 900_000_000_000_000, asks: true },
  { type: "clock", clock: 1, asks: false },
];

/** The golden vectors: fields as a reader sees them, and the bytes. */
export function makeVectors(): unknown {
  return messages.map((message) => ({ message: plain(message), bytes: hex(encodeMessage(message)) }));
}

/** Frontiers of so many logs, as trees: the root, and the parts of what is divided. */
export function makeFrontierVectors(hasher: Hasher): unknown {
  return [0, 1, 16, 17, 300].map((count) => {
    const frontier = new Map(
      Array.from({ length: count }, (_, i) => {
        const incarnation = (i * 7919).toString(16).padStart(16, "0");
        return [`${node}:${incarnation}`, { seq: 2 ** 31 * i + 1, batch: pattern(32, i % 251) }] as const;
      }),
    );
    const tree = FrontierTree.of(frontier, hasher);
    const root = new Uint8Array(0);
    return plain({
      entries: [...frontier].map(([log, { seq, batch }]) => ({ log, seq, batch })),
      root: tree.summary(root),
      ...(count > 16 && { children: tree.children(root) }),
    });
  });
}

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return hex(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
