import {
  type AuthorKey,
  type Batch,
  type BatchContent,
  makeBatch,
  type VerifyContext,
} from "@jarvis-crdt/batch";
import { type LogId, nodeOf } from "@jarvis-crdt/crdt";
import { type TestCrypto, testCrypto } from "./test-crypto.ts";

export interface TestLogOptions {
  /** Of its author's key, and of its log id where none is given. */
  readonly seed?: number;
  readonly log?: LogId;
  readonly cluster?: Uint8Array;
  /** HLC of its first operation. */
  readonly hlc?: number;
}

/** One author's log, for tests that need signed batches which continue each other. Deterministic. */
export class TestLog {
  readonly crypto: TestCrypto;
  readonly log: LogId;
  readonly cluster: Uint8Array;
  readonly author: AuthorKey;
  readonly batches: Batch[] = [];
  readonly #hlc: number;

  constructor(options: TestLogOptions = {}) {
    const seed = options.seed ?? 1;
    const digits = seed.toString(16).padStart(12, "0");
    this.crypto = testCrypto(seed);
    this.log = options.log ?? `00000000-0000-4000-8000-${digits}:${digits.padStart(16, "0")}`;
    this.cluster = options.cluster ?? new Uint8Array(16).fill(0xc1);
    this.author = { publicKey: this.crypto.publicKey, from: 1, until: Number.MAX_SAFE_INTEGER };
    this.#hlc = options.hlc ?? 1001;
  }

  get head(): Batch | undefined {
    return this.batches.at(-1);
  }

  /** The next batch, without adding it. `fields` replace what would follow from the head. */
  make(operations: readonly Uint8Array[], fields: Partial<BatchContent> = {}): Batch {
    const before = this.head;
    const hlcMin = before === undefined ? this.#hlc : before.header.hlcMax + 1;
    const content: BatchContent = {
      cluster: this.cluster,
      log: this.log,
      number: before === undefined ? 1 : before.header.number + 1,
      first: before === undefined ? 1 : before.header.first + before.header.count,
      previous: before === undefined ? new Uint8Array(32) : before.id,
      continues: false,
      schema: new Uint8Array(32),
      epoch: 0,
      hlcMin,
      hlcMax: hlcMin + operations.length - 1,
      operations,
      ...fields,
    };
    return makeBatch(content, this.crypto);
  }

  /** The next batch, added to the log. */
  append(operations: readonly Uint8Array[], fields: Partial<BatchContent> = {}): Batch {
    const batch = this.make(operations, fields);
    this.batches.push(batch);
    return batch;
  }

  /** For `verifyBatch` of the batch after the head, by a receiver that knows this author only. */
  context(fields: Partial<VerifyContext> = {}): VerifyContext {
    return {
      ...this.crypto,
      cluster: this.cluster,
      authorKey: (node, key) =>
        node === nodeOf(this.log) && isSame(key, this.crypto.signer.key) ? this.author : undefined,
      previous: this.head,
      maxHlc: Number.MAX_SAFE_INTEGER,
      ...fields,
    };
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
