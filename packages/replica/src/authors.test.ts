import { testCrypto } from "@jarvis-crdt/batch/testing";
import type { NodeId } from "@jarvis-crdt/crdt";
import type { Store } from "@jarvis-crdt/store";
import { expect, test } from "vitest";
import type { Author } from "./authority.ts";
import { Authors } from "./authors.ts";

const node: NodeId = "00000000-0000-4000-8000-000000000001";
const { hasher } = testCrypto();

/** Certificates are public keys, and the store answers when it is told to. */
function slowStore() {
  const kept: Uint8Array[] = [];
  const waiting: (() => void)[] = [];
  const later = <T>(value: T): Promise<T> => new Promise((resolve) => waiting.push(() => resolve(value)));
  const store = {
    certificates: () => later([...kept]),
    putCertificate: (_node: NodeId, der: Uint8Array) => {
      kept.push(der);
      return later(undefined);
    },
  } as unknown as Store;
  const author = (publicKey: Uint8Array): Author => {
    const key = hasher.hash([publicKey]).slice(0, 16);
    return { node, role: "writer", publicKey, key, notBefore: 0, notAfter: 1 };
  };
  const answer = async (index: number): Promise<void> => {
    waiting.splice(index, 1)[0]!();
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };
  return { authors: new Authors(store, { author }), author, answer };
}

test("a certificate that one session learns is not forgotten because another one had asked before", async () => {
  const { authors, author, answer } = slowStore();
  const certificate = new Uint8Array(32).fill(1);
  const learning = authors.learn(node, certificate);
  const asking = authors.of(node);
  await answer(0);
  await answer(1);
  await learning;
  await answer(0);
  expect(await asking).toHaveLength(1);
  expect(authors.find(node, author(certificate).key)?.publicKey).toEqual(certificate);
});

test("of two certificates that two sessions learn at once both are known", async () => {
  const { authors, author, answer } = slowStore();
  const certificates = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  const learning = certificates.map((certificate) => authors.learn(node, certificate));
  for (let i = 0; i < 4; i++) await answer(0);
  await Promise.all(learning);
  for (const certificate of certificates) expect(authors.find(node, author(certificate).key)).toBeDefined();
});
