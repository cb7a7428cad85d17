import { describe, expect, it } from "vitest";
import type { Envelope } from "./envelope.ts";
import { BatchError } from "./error.ts";
import { hollowOf, isHollow } from "./hollow.ts";
import { TestLog } from "./testing/index.ts";
import { type VerifyContext, verifyBatch } from "./verify.ts";

const operations = [Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)];

function codeOf(envelope: Envelope, context: VerifyContext): string {
  try {
    verifyBatch(envelope, context);
  } catch (error) {
    if (error instanceof BatchError) return error.code;
    throw error;
  }
  return "accepted";
}

describe("a hollow batch", () => {
  it("keeps its id, its place and its author's word, and goes on", () => {
    const log = new TestLog();
    const first = log.append(operations);
    const hollow = hollowOf(first.envelope);
    const context = { ...log.context({ previous: undefined }), takesHollow: true };
    const taken = verifyBatch(hollow, context);
    expect([taken.id, taken.header]).toEqual([first.id, first.header]);
    expect([taken.operations, taken.leaves.length, isHollow(taken.envelope)]).toEqual([[], 0, true]);
    const next = log.make(operations);
    expect(verifyBatch(next.envelope, log.context({ previous: taken }))).toEqual(next);
  });

  it("is refused by whoever does not ask for it", () => {
    const log = new TestLog();
    expect(codeOf(hollowOf(log.make(operations).envelope), log.context())).toBe("bad-body");
  });

  it("is nothing else: no body, no length, the author's signature, its place", () => {
    const log = new TestLog();
    log.append(operations);
    const hollow = hollowOf(log.make(operations).envelope);
    const context = log.context({ takesHollow: true });
    expect(codeOf(hollow, context)).toBe("accepted");
    expect(codeOf({ ...hollow, rawLength: 6 }, context)).toBe("bad-body");
    expect(codeOf({ ...hollow, body: Uint8Array.of(0) }, context)).toBe("bad-body");
    expect(codeOf({ ...hollow, signature: hollow.signature.map((byte) => byte ^ 1) }, context)).toBe(
      "bad-signature",
    );
    expect(codeOf(hollow, { ...context, previous: undefined })).toBe("gap");
    // Another batch of that place, whoever throws its body away.
    const other = new TestLog();
    other.append([Uint8Array.of(9)]);
    expect(codeOf(hollowOf(other.make(operations, { first: 4 }).envelope), context)).toBe("fork");
  });
});
