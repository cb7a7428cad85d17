import { zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Batch } from "./batch.ts";
import { joinOperations } from "./body.ts";
import type { Envelope } from "./envelope.ts";
import { BatchError } from "./error.ts";
import type { BatchHeader } from "./header.ts";
import { encodeHeader, headerBytes } from "./header-codec.ts";
import { batchId, signedMessage } from "./id.ts";
import { acceptOperations, acceptRawBytes, packedBound } from "./limits.ts";
import { TestLog, testCrypto } from "./testing/index.ts";
import { type VerifyContext, verifyBatch } from "./verify.ts";

const text = new TextEncoder();
const operations = (count: number, word = "operation") =>
  Array.from({ length: count }, (_, i) => text.encode(`${word} ${i}`));

function outcome(envelope: Envelope, context: VerifyContext): string {
  try {
    verifyBatch(envelope, context);
  } catch (error) {
    if (error instanceof BatchError) return error.code;
    throw error;
  }
  return "accepted";
}

/** A log of one stored batch, and its honest second one. */
function honest() {
  const log = new TestLog();
  log.append(operations(3, "first"));
  return { log, batch: log.make(operations(5)) };
}

/** The batch with header fields replaced and signed again: what a hostile author can do. */
function resigned(log: TestLog, batch: Batch, fields: Partial<BatchHeader>): Envelope {
  const header = encodeHeader({ ...batch.header, ...fields });
  const signature = log.crypto.signer.sign(signedMessage(batchId(header, log.crypto.hasher)));
  return { ...batch.envelope, header, signature };
}

function repacked(batch: Batch, raw: Uint8Array): Envelope {
  return { ...batch.envelope, rawLength: raw.length, body: testCrypto().compressor.deflate(raw) };
}

describe("verifyBatch", () => {
  it("gives back what makeBatch made, batch after batch", () => {
    const log = new TestLog();
    for (const count of [1, 2, 3, 1000]) {
      const made = log.make(operations(count), { continues: count === 2, epoch: count });
      expect(verifyBatch(made.envelope, log.context())).toEqual(made);
      log.batches.push(made);
    }
  });

  it("takes any link in batch 1: it names the incarnation that it continues", () => {
    const log = new TestLog();
    const batch = log.make(operations(1), { previous: new Uint8Array(32).fill(7) });
    expect(outcome(batch.envelope, log.context())).toBe("accepted");
  });

  it("takes exactly as many operations as the limit", () => {
    const log = new TestLog();
    const batch = log.make(new Array<Uint8Array>(acceptOperations).fill(Uint8Array.of(1)));
    expect(verifyBatch(batch.envelope, log.context()).operations.length).toBe(acceptOperations);
    expect(() => log.make(new Array<Uint8Array>(acceptOperations + 1).fill(Uint8Array.of(1)))).toThrow(
      RangeError,
    );
  });

  it("takes exactly as many bytes as the limit", () => {
    const log = new TestLog();
    const batch = log.make([new Uint8Array(acceptRawBytes - 4)]);
    expect(batch.envelope.rawLength).toBe(acceptRawBytes);
    expect(outcome(batch.envelope, log.context())).toBe("accepted");
    expect(() => log.make([new Uint8Array(acceptRawBytes - 3)])).toThrow(RangeError);
  });
});

describe("verifyBatch refuses what a relay can do", () => {
  it("any bit of a header", () => {
    const { log, batch } = honest();
    const first = log.batches[0]!;
    const codes = new Set<string>();
    for (let bit = 0; bit < headerBytes * 8; bit++) {
      for (const [whole, context] of [
        [batch, log.context()],
        [first, log.context({ previous: undefined })],
      ] as const) {
        const header = whole.envelope.header.slice();
        header[bit >>> 3]! ^= 1 << (bit & 7);
        const code = outcome({ ...whole.envelope, header }, context);
        expect(code, `bit ${bit}`).not.toBe("accepted");
        codes.add(code);
      }
    }
    expect([...codes].sort()).toEqual(
      [
        "bad-arithmetic",
        "bad-header",
        "bad-signature",
        "gap",
        "too-large",
        "unknown-author",
        "wrong-cluster",
        "wrong-log",
      ].sort(),
    );
  });

  it("any bit of a signature", () => {
    const { log, batch } = honest();
    for (let bit = 0; bit < 512; bit++) {
      const signature = batch.envelope.signature.slice();
      signature[bit >>> 3]! ^= 1 << (bit & 7);
      expect(outcome({ ...batch.envelope, signature }, log.context()), `bit ${bit}`).toBe("bad-signature");
    }
  });

  const { log, batch } = honest();
  const { envelope } = batch;
  const raw = joinOperations(batch.operations);
  const frame = envelope.body;
  const swapped = [batch.operations[1]!, batch.operations[0]!, ...batch.operations.slice(2)];
  const changed = batch.operations.map((operation, i) => (i === 3 ? operation.with(0, 0x4f) : operation));
  const other = new TestLog({ seed: 2 });

  const cases: readonly (readonly [string, Envelope, string])[] = [
    ["a byte of an operation changed", repacked(batch, joinOperations(changed)), "bad-root"],
    ["an operation moved to another place", repacked(batch, joinOperations(swapped)), "bad-root"],
    ["an operation left out", repacked(batch, joinOperations(batch.operations.slice(1))), "bad-body"],
    ["an operation added", repacked(batch, joinOperations(operations(6))), "bad-body"],
    ["a trailing byte in the body", repacked(batch, Uint8Array.of(...raw, 0)), "bad-body"],
    ["the body of another batch", { ...envelope, body: log.batches[0]!.envelope.body }, "bad-body"],
    [
      "the signature of another batch",
      { ...envelope, signature: log.batches[0]!.envelope.signature },
      "bad-signature",
    ],
    ["a header cut off", { ...envelope, header: envelope.header.slice(0, -1) }, "bad-header"],
    [
      "a header with a byte more",
      { ...envelope, header: Uint8Array.of(...envelope.header, 0) },
      "bad-header",
    ],
    ["a signature cut off", { ...envelope, signature: envelope.signature.slice(1) }, "bad-signature"],
    ["a packed body cut off", { ...envelope, body: frame.slice(0, -1) }, "bad-body"],
    ["no body", { ...envelope, body: new Uint8Array(0) }, "bad-body"],
    ["bytes after the frame", { ...envelope, body: Uint8Array.of(...frame, 1, 2, 3) }, "bad-body"],
    [
      "an empty second frame",
      { ...envelope, body: Uint8Array.of(...frame, ...zstdCompressSync(new Uint8Array(0))) },
      "bad-body",
    ],
    [
      "a skippable second frame",
      { ...envelope, body: Uint8Array.of(...frame, 0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0) },
      "bad-body",
    ],
    ["a declared length one too small", { ...envelope, rawLength: raw.length - 1 }, "bad-body"],
    ["a declared length one too great", { ...envelope, rawLength: raw.length + 1 }, "bad-body"],
    ["a declared length that holds no operations", { ...envelope, rawLength: 9 }, "bad-arithmetic"],
    ["a declared length above the limit", { ...envelope, rawLength: acceptRawBytes + 1 }, "too-large"],
    ["a negative length", { ...envelope, rawLength: -1 }, "bad-body"],
    ["a length that is no number", { ...envelope, rawLength: Number.NaN }, "bad-body"],
    ["a length of a fraction", { ...envelope, rawLength: raw.length + 0.5 }, "bad-body"],
    [
      "a body longer than any packing",
      { ...envelope, body: new Uint8Array(packedBound(raw.length) + 1) },
      "too-large",
    ],
    ["an unknown codec", { ...envelope, codec: 2 }, "bad-body"],
    ["a batch of another log", other.make(operations(1)).envelope, "unknown-author"],
  ];
  it.each(cases)("%s", (_, hostile, code) => {
    expect(outcome(hostile, log.context())).toBe(code);
  });

  it("a bomb of 8 KB that unpacks to 256 MiB, whatever length it declares", () => {
    const bomb = zstdCompressSync(new Uint8Array(256 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(10_000);
    const unsized = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 13 << 3, ...bomb.subarray(9));
    for (const body of [bomb, unsized]) {
      expect(outcome({ ...envelope, body, rawLength: 256 * 1024 * 1024 }, log.context())).toBe("too-large");
      expect(outcome({ ...envelope, body, rawLength: acceptRawBytes }, log.context())).toBe("bad-body");
    }
  });

  it("an honest header in the name of another author, or under another key", () => {
    const wrongKey = log.context({ authorKey: () => other.author });
    expect(outcome(envelope, wrongKey)).toBe("bad-signature");
    const forged = new TestLog({ seed: 2, log: log.log }).make(operations(1));
    expect(outcome(forged.envelope, log.context({ previous: undefined }))).toBe("unknown-author");
  });

  it.each([
    ["arithmetic within the header", { number: 3, first: 2 }, "bad-arithmetic"],
    ["a sequence that overflows", { first: Number.MAX_SAFE_INTEGER }, "bad-arithmetic"],
    ["a gap", { number: 3, first: 9 }, "gap"],
  ])("%s before it looks at the signature", (_, fields, code) => {
    const header = encodeHeader({ ...batch.header, ...fields });
    const signature = new Uint8Array(64);
    expect(outcome({ ...envelope, header, signature }, log.context())).toBe(code);
  });

  it("a length that is no number before it looks at the signature", () => {
    const hostile = { ...envelope, rawLength: Number.NaN, signature: new Uint8Array(64) };
    expect(outcome(hostile, log.context())).toBe("bad-body");
  });

  it("before it unpacks anything", () => {
    const compressor = {
      ...log.crypto.compressor,
      inflate(): Uint8Array {
        throw new TypeError("unpacked");
      },
    };
    const signature = new Uint8Array(64);
    expect(outcome({ ...envelope, signature }, log.context({ compressor }))).toBe("bad-signature");
  });
});

describe("verifyBatch refuses what does not continue the log", () => {
  it("batch n + 2 without n + 1", () => {
    const log = new TestLog();
    log.append(operations(1));
    log.append(operations(1));
    const third = log.make(operations(1));
    expect(outcome(third.envelope, log.context({ previous: log.batches[0] }))).toBe("gap");
    expect(outcome(third.envelope, log.context({ previous: undefined }))).toBe("gap");
  });

  it("what is stored already, silently told apart", () => {
    const log = new TestLog();
    log.append(operations(1));
    log.append(operations(1));
    for (const batch of log.batches) expect(outcome(batch.envelope, log.context())).toBe("duplicate");
  });

  it("a second version of the head, or a successor of one, as a fork that the author signed", () => {
    const log = new TestLog();
    log.append(operations(1));
    const clone = new TestLog();
    clone.append(operations(2));
    const after = clone.make(operations(1));
    expect(outcome(clone.head!.envelope, log.context())).toBe("fork");
    expect(outcome(after.envelope, log.context())).toBe("fork");
  });

  it("a successor of the head under the head's own number", () => {
    const log = new TestLog();
    log.append(operations(1));
    log.append(operations(1));
    expect(outcome(log.make(operations(1), { number: 2 }).envelope, log.context())).toBe("fork");
  });

  it("never as a fork without the author's signature", () => {
    const { log, batch } = honest();
    const header = encodeHeader({ ...batch.header, previous: new Uint8Array(32) });
    expect(outcome({ ...batch.envelope, header }, log.context())).toBe("bad-signature");
  });

  it("another cluster, before it asks for the author", () => {
    const { log, batch } = honest();
    const context = log.context({
      cluster: new Uint8Array(16),
      authorKey: () => {
        throw new TypeError("asked");
      },
    });
    expect(outcome(batch.envelope, context)).toBe("wrong-cluster");
  });

  it("another log than that of the head", () => {
    const { log, batch } = honest();
    const sibling = new TestLog({ log: `${log.log.slice(0, 36)}:00000000000000ff` });
    expect(outcome(batch.envelope, log.context({ previous: sibling.append(operations(3)) }))).toBe(
      "wrong-log",
    );
  });
});

describe("verifyBatch refuses what a hostile author can sign", () => {
  const { log, batch } = honest();
  const max = Number.MAX_SAFE_INTEGER;

  const cases: readonly (readonly [string, Partial<BatchHeader>, string])[] = [
    ["a gap in the sequence", { first: 5 }, "bad-arithmetic"],
    ["a sequence used twice", { first: 3 }, "bad-arithmetic"],
    ["a sequence that overflows", { first: max }, "bad-arithmetic"],
    ["a batch 2 that begins at 1", { first: 1 }, "bad-arithmetic"],
    ["more operations than bytes", { count: 60_000 }, "bad-arithmetic"],
    ["more operations than the body holds", { count: 6 }, "bad-body"],
    ["fewer operations than the body holds", { count: 4 }, "bad-body"],
    ["more operations than any batch", { count: 65_537 }, "too-large"],
    ["another root", { root: new Uint8Array(32) }, "bad-root"],
    ["a clock that runs backwards", { hlcMin: 1 }, "bad-arithmetic"],
    ["another predecessor", { previous: new Uint8Array(32) }, "fork"],
  ];
  it.each(cases)("%s", (_, fields, code) => {
    expect(outcome(resigned(log, batch, fields), log.context())).toBe(code);
  });

  it("a batch 1 that does not begin at 1", () => {
    const first = resigned(log, log.batches[0]!, { first: 2 });
    expect(outcome(first, log.context({ previous: undefined }))).toBe("bad-arithmetic");
  });

  it("no clock that stands still: two batches of one instant are honest", () => {
    const { hlcMax } = log.batches[0]!.header;
    const atOnce = (hlc: number) =>
      outcome(log.make(operations(1), { hlcMin: hlc, hlcMax: hlc }).envelope, log.context());
    expect(atOnce(hlcMax)).toBe("accepted");
    expect(atOnce(hlcMax - 1)).toBe("bad-arithmetic");
  });

  it("an epoch that runs backwards", () => {
    const strict = new TestLog();
    strict.append(operations(1), { epoch: 2 });
    expect(outcome(strict.make(operations(1), { epoch: 1 }).envelope, strict.context())).toBe(
      "bad-arithmetic",
    );
    expect(outcome(strict.make(operations(1), { epoch: 2 }).envelope, strict.context())).toBe("accepted");
  });

  it("a clock ahead, once the signature is known to be the author's", () => {
    const { hlcMax } = batch.header;
    expect(outcome(batch.envelope, log.context({ maxHlc: hlcMax }))).toBe("accepted");
    expect(outcome(batch.envelope, log.context({ maxHlc: hlcMax - 1 }))).toBe("clock-ahead");
    const forged = { ...batch.envelope, signature: new Uint8Array(64) };
    expect(outcome(forged, log.context({ maxHlc: hlcMax - 1 }))).toBe("bad-signature");
  });

  it("a stamp outside the dates of the certificate", () => {
    const { hlcMin, hlcMax } = batch.header;
    const dated = (from: number, until: number) =>
      outcome(batch.envelope, log.context({ authorKey: () => ({ ...log.author, from, until }) }));
    expect(dated(hlcMin, hlcMax + 1)).toBe("accepted");
    expect(dated(hlcMin + 1, max)).toBe("outside-certificate");
    expect(dated(1, hlcMax)).toBe("outside-certificate");
  });
});

describe("verifyBatch on random input", () => {
  const { log, batch } = honest();
  const context = log.context();

  it("answers arbitrary bytes with a BatchError", () => {
    const envelopes = fc.record({
      header: fc.oneof(
        fc.uint8Array({ maxLength: 250 }),
        fc.uint8Array({ minLength: headerBytes, maxLength: headerBytes }),
        fc.constant(batch.envelope.header),
      ),
      signature: fc.oneof(fc.uint8Array({ maxLength: 70 }), fc.constant(batch.envelope.signature)),
      codec: fc.oneof(fc.constant(1), fc.double()),
      rawLength: fc.oneof(fc.constant(batch.envelope.rawLength), fc.double(), fc.maxSafeInteger()),
      body: fc.uint8Array({ maxLength: 200 }),
    });
    const refused = fc.property(envelopes, (envelope) => {
      expect(outcome(envelope, context)).not.toBe("accepted");
    });
    fc.assert(refused, { seed: 1, numRuns: 2000 });
  });

  it("answers a changed packed body with the same operations or a BatchError", () => {
    const { body } = batch.envelope;
    const edits = fc.array(fc.tuple(fc.nat(body.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    const sound = fc.property(edits, (list) => {
      const changed = Uint8Array.from(body);
      for (const [at, value] of list) changed[at] = value;
      const envelope = { ...batch.envelope, body: changed };
      if (outcome(envelope, context) !== "accepted") return;
      expect(verifyBatch(envelope, context).operations).toEqual(batch.operations);
    });
    fc.assert(sound, { seed: 1, numRuns: 2000 });
  });

  it("answers any unpacked body under a valid signature with a BatchError", () => {
    const refused = fc.property(fc.uint8Array({ minLength: 10, maxLength: 80 }), (raw) => {
      expect(["bad-body", "bad-root"]).toContain(outcome(repacked(batch, raw), context));
    });
    fc.assert(refused, { seed: 1, numRuns: 1000 });
  });
});
