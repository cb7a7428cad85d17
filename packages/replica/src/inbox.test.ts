import type { Batch } from "@jarvis-crdt/batch";
import { TestLog, testCrypto } from "@jarvis-crdt/batch/testing";
import { nodeOf } from "@jarvis-crdt/crdt";
import type { Store } from "@jarvis-crdt/store";
import { expect, it } from "vitest";
import { Authors } from "./authors.ts";
import { Inbox } from "./inbox.ts";

const written = new TestLog();
const batches = [1, 2].map((byte) => written.append([Uint8Array.of(byte)]));
const certificate = new Uint8Array(1);

/** A store of one log, whose next answer about its head can be kept back. */
class SlowStore {
  readonly cluster = written.cluster;
  readonly stored: Batch[] = [];
  #answer: Promise<void> = Promise.resolve();

  /** Keeps the next answer back until the returned function is called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#answer = promise;
    return resolve;
  }

  async head(): Promise<Batch | undefined> {
    const head = this.stored.at(-1);
    const answer = this.#answer;
    this.#answer = Promise.resolve();
    await answer;
    return head;
  }

  async apply(taken: readonly Batch[]): Promise<{ refused: readonly never[] }> {
    this.stored.push(...taken);
    return { refused: [] };
  }

  async certificates(): Promise<readonly Uint8Array[]> {
    return [certificate];
  }

  async voids(): Promise<readonly never[]> {
    return [];
  }
}

it("takes a batch that follows one which was stored while the head of the log was read", async () => {
  const slow = new SlowStore();
  const store = slow as unknown as Store;
  const crypto = testCrypto(1);
  const node = nodeOf(written.log);
  const author = {
    node,
    role: "writer" as const,
    publicKey: crypto.publicKey,
    key: crypto.signer.key,
    notBefore: 0,
    notAfter: Number.MAX_SAFE_INTEGER,
  };
  const inbox = new Inbox({
    ...crypto,
    store,
    authors: new Authors(store, { author: () => author }),
    now: () => 1_800_000_000_000,
    turn: () => Promise.resolve(),
    onFailure: (error) => {
      throw error;
    },
  });
  const outcomes: string[] = [];
  const answer = slow.hold();
  const second = inbox.accept(batches[1]!.envelope, (outcome) => outcomes.push(outcome));
  await inbox.accept(batches[0]!.envelope, (outcome) => outcomes.push(outcome));
  await inbox.idle();
  answer();
  await second;
  await inbox.idle();
  expect(outcomes).toEqual(["stored", "stored"]);
  expect(slow.stored.map(({ header }) => header.number)).toEqual([1, 2]);
});
