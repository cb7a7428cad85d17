import { type Batch, batchId, makeBatch, signedMessage } from "@jarvis-crdt/batch";
import { testCrypto } from "@jarvis-crdt/batch/testing";
import { encodeOperation, type SignedHeader } from "@jarvis-crdt/crdt";
import { expect, it } from "vitest";
import { Authors } from "./authors.ts";
import { codeOf } from "./error.ts";
import { checkProofs } from "./fork-proofs.ts";
import { World } from "./testing/world.ts";

const crypto = testCrypto(1);
const cluster = new Uint8Array(16).fill(7);
const now = 1_800_000_000_000;

function batchOf(log: string, operations: readonly Uint8Array[], previous = 0): Batch {
  return makeBatch(
    {
      cluster,
      log,
      number: 1,
      first: 1,
      previous: new Uint8Array(32).fill(previous),
      continues: false,
      schema: new Uint8Array(32),
      epoch: 0,
      hlcMin: 5,
      hlcMax: 5,
      operations,
    },
    crypto,
  );
}

function refusal(
  change: (signed: SignedHeader) => SignedHeader,
  authors: Authors,
  node: string,
): string | undefined {
  const log = `${node}:00000000000000aa`;
  const abandoned = `${node}:00000000000000bb`;
  const count = encodeOperation({ kind: "counter.add", stamp: 5, object: "n", by: 1 }, { log, hlcMin: 5 });
  const [one, other] = [1, 2]
    .map((previous) => batchOf(abandoned, [count], previous).envelope)
    .sort((a, b) => (Buffer.compare(a.header, b.header) < 0 ? -1 : 1));
  const proof = [change(one!), other!] as const;
  const abandon = { kind: "log.abandon", stamp: 5, abandoned, from: 1, proof, anew: [] } as const;
  const batch = batchOf(log, [count, encodeOperation(abandon, { log, hlcMin: 5 })]);
  try {
    checkProofs(batch, authors, crypto);
    return undefined;
  } catch (error) {
    return codeOf(error);
  }
}

it("takes fork proofs that their author signed, and no others", async () => {
  const world = new World();
  const { store } = await world.add();
  const { publicKey } = crypto;
  const author = { node: store.node, role: "writer", publicKey, notBefore: 0, notAfter: now } as const;
  const authors = new Authors(store, { author: () => ({ ...author, key: crypto.signer.key }) });
  await authors.of(store.node);
  const signed = (header: Uint8Array) => crypto.signer.sign(signedMessage(batchId(header, crypto.hasher)));
  expect(refusal((one) => one, authors, store.node)).toBeUndefined();
  const forged = (one: SignedHeader) => ({ ...one, signature: new Uint8Array(64) });
  expect(refusal(forged, authors, store.node)).toBe("bad-proof");
  const noHeader = new Uint8Array(198);
  expect(refusal(() => ({ header: noHeader, signature: signed(noHeader) }), authors, store.node)).toBe(
    "bad-proof",
  );
  const strangers = new Authors(store, { author: () => ({ ...author, key: new Uint8Array(16) }) });
  expect(refusal((one) => one, strangers, store.node)).toBe("unknown-author");
});
