import fc from "fast-check";
import { messageLimits } from "../limits.ts";
import type { Message } from "../message.ts";
import { logName, nodeName } from "./fake.ts";

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const count = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const node = fc.nat({ max: 1000 }).map(nodeName);
const log = fc.nat({ max: 1000 }).map((i) => logName(i));
const entries = fc.array(fc.record({ log, seq: count, batch: bytes(32) }), { maxLength: 20 });
const prefix = fc.array(fc.nat({ max: 15 }), { maxLength: 64 }).map((digits) => Uint8Array.from(digits));
const summary = fc.record({ count, hash: bytes(32) });
const word = fc.stringMatching(/^[a-z0-9-]{1,32}$/);

/** Any message that the wire can carry. */
export const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record({
    type: fc.constant("hello" as const),
    version: count,
    cluster: bytes(16),
    node,
    features: fc.array(word, { maxLength: messageLimits.features }),
    clock: count,
  }),
  fc.record({ type: fc.constant("have" as const), entries, last: fc.boolean() }),
  fc.record({ type: fc.constant("ack" as const), entries }),
  fc.record({ type: fc.constant("certificate" as const), node, der: fc.uint8Array({ maxLength: 2048 }) }),
  fc.record({
    type: fc.constant("schema" as const),
    id: bytes(32),
    bytes: fc.uint8Array({ maxLength: 300 }),
  }),
  fc.record({ type: fc.constant("forked" as const), log }),
  fc.record({
    type: fc.constant("history" as const),
    log,
    points: fc.array(fc.record({ seq: count, batch: bytes(32) }), { maxLength: 5 }),
  }),
  fc.record({
    type: fc.constant("shown" as const),
    log,
    envelopes: fc.array(
      fc.record({
        header: fc.uint8Array({ maxLength: 300 }),
        signature: bytes(64),
        codec: fc.nat({ max: 255 }),
        rawLength: fc.nat({ max: messageLimits.rawLength }),
        body: fc.uint8Array({ maxLength: 100 }),
      }),
      { maxLength: 3 },
    ),
  }),
  fc.record({
    type: fc.constant("batch" as const),
    envelope: fc.record({
      header: fc.uint8Array({ maxLength: 1024 }),
      signature: bytes(64),
      codec: fc.nat({ max: 255 }),
      rawLength: fc.nat({ max: messageLimits.rawLength }),
      body: fc.uint8Array({ maxLength: 400, size: "max" }),
    }),
  }),
  fc.record({ type: fc.constant("credit" as const), bytes: fc.nat({ max: messageLimits.credit }) }),
  fc.record({
    type: fc.constant("quiet" as const),
    logs: fc.array(
      fc.nat({ max: 1000 }).map((i) => logName(i)),
      { maxLength: 20 },
    ),
  }),
  fc.record({ type: fc.constant("clock" as const), clock: count, asks: fc.boolean() }),
  fc.record({ type: fc.constantFrom("ask" as const, "told" as const), number: count }),
  fc.record({
    type: fc.constant("branch" as const),
    prefix,
    children: fc.array(summary, { minLength: 16, maxLength: 16 }),
  }),
  fc.record({ type: fc.constant("inquire" as const), log, after: count }),
  fc
    .tuple(
      log,
      fc.nat({ max: 1000 }),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.nat({ max: 9 }), fc.boolean())),
    )
    .map(([of, after, steps]) => {
      const runs: { first: number; last: number }[] = [];
      const overwritten: { seq: number; group: string }[] = [];
      let through = after;
      for (const [gap, length, isAdd] of steps) {
        const first = through + gap + (runs.at(-1)?.last === through ? 1 : 0);
        through = first + length;
        if (isAdd) overwritten.push({ seq: through, group: `group ${gap}` });
        else runs.push({ first, last: through });
      }
      return {
        type: "spent" as const,
        log: of,
        after,
        through,
        settled: runs.length > 2,
        runs,
        told: runs.slice(0, 1),
        overwritten,
      };
    }),
  fc.record({ type: fc.constant("leaves" as const), prefix, entries, last: fc.boolean() }),
  fc.record({ type: fc.constant("bye" as const), code: word, text: fc.stringMatching(/^[ -~]{0,200}$/) }),
);
