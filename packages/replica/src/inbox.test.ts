import type { Batch } from "@jarvis-crdt/batch";
import { TestLog, testCrypto } from "@jarvis-crdt/batch/testing";
import { nodeOf } from "@jarvis-crdt/crdt";
import type { Store } from "@jarvis-crdt/store";
import { expect, it } from "vitest";
import { Authors } from "./authors.ts";
import { Inbox } from "./inbox.ts";

const written = new TestLog();
const batches = [1, 2, 3].map((byte) => written.append([Uint8Array.of(byte)]));
const certificate = new Uint8Array(1);

/** A store of one log, whose next answer about its head, and next transaction, can be kept back. */
class SlowStore {
  readonly cluster = written.cluster;
  readonly stored: Batch[] = [];
  #answer: Promise<void> = Promise.resolve();
  #transaction: Promise<void> = Promise.resolve();

  /** Both keep it back until the returned function is called. */
  holdAnswer(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#answer = promise;
    return resolve;
  }

  holdTransaction(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#transaction = promise;
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
    const transaction = this.#transaction;
    this.#transaction = Promise.resolve();
    await transaction;
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

function inboxOf(slow: SlowStore): Inbox {
  const store = slow as unknown as Store;
  const crypto = testCrypto(1);
  const author = {
    node: nodeOf(written.log),
    role: "writer" as const,
    publicKey: crypto.publicKey,
    key: crypto.signer.key,
    notBefore: 0,
    notAfter: Number.MAX_SAFE_INTEGER,
  };
  return new Inbox({
    ...crypto,
    store,
    authors: new Authors(store, { author: () => author }),
    now: () => 1_800_000_000_000,
    turn: () => Promise.resolve(),
    isVouched: () => true,
    onFailure: (error) => {
      throw error;
    },
  });
}

it("takes a batch that follows one which was stored while the head of the log was read", async () => {
  const store = new SlowStore();
  const inbox = inboxOf(store);
  const outcomes: string[] = [];
  const answer = store.holdAnswer();
  const second = inbox.accept(batches[1]!.envelope, "a peer", (outcome) => outcomes.push(outcome));
  await inbox.accept(batches[0]!.envelope, "a peer", (outcome) => outcomes.push(outcome));
  await inbox.idle();
  answer();
  await second;
  await inbox.idle();
  expect(outcomes).toEqual(["stored", "stored"]);
  expect(store.stored.map(({ header }) => header.number)).toEqual([1, 2]);
});

it("takes batches in their order, whenever the transaction before them ends", async () => {
  for (let later = 0; later < 10; later++) {
    const store = new SlowStore();
    const inbox = inboxOf(store);
    const outcomes: string[] = [];
    const accept = (at: number) =>
      inbox.accept(batches[at]!.envelope, "a peer", (outcome) => outcomes.push(outcome));
    const end = store.holdTransaction();
    await accept(0);
    for (let turn = 0; turn < 30; turn++) await Promise.resolve();
    const endNext = store.holdTransaction();
    const ended = Promise.resolve().then(end);
    for (let turn = 0; turn < later; turn++) await Promise.resolve();
    await accept(1);
    await ended;
    await accept(2);
    endNext();
    await inbox.idle();
    expect(outcomes).toEqual(["stored", "stored", "stored"]);
    expect(store.stored.map(({ header }) => header.number)).toEqual([1, 2, 3]);
  }
});
