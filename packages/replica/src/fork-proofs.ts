import {
  type Batch,
  batchId,
  decodeHeader,
  type Hasher,
  signedMessage,
  type Verifier,
} from "@jarvis-crdt/batch";
import { CrdtError, decodeOperation, operationKind, type SignedHeader } from "@jarvis-crdt/crdt";
import type { Authors } from "./authors.ts";
import { codeOf, ReplicaError } from "./error.ts";

/**
 * Checks who signed the headers by which a batch proves that another log of its author was written twice. Throws `unknown-author`
 * where a certificate is missing, and `bad-proof`. What else is wrong with a proof the store finds. O(operations).
 */
export function checkProofs(
  batch: Batch,
  authors: Authors,
  crypto: { readonly hasher: Hasher; readonly verifier: Verifier },
): void {
  for (const bytes of batch.operations) {
    if (bytes[0] !== operationKind["log.abandon"]) continue;
    for (const signed of proofOf(bytes, batch)) checkSigned(signed, batch, authors, crypto);
  }
}

function proofOf(bytes: Uint8Array, { header }: Batch): readonly SignedHeader[] {
  try {
    const operation = decodeOperation(bytes, header);
    return operation.kind === "log.abandon" ? operation.proof : [];
  } catch (error) {
    // It is stored and relayed like everything that cannot be read.
    if (error instanceof CrdtError) return [];
    throw error;
  }
}

function checkSigned(
  { header, signature }: SignedHeader,
  batch: Batch,
  authors: Authors,
  { hasher, verifier }: { readonly hasher: Hasher; readonly verifier: Verifier },
): void {
  const node = batch.header.log.slice(0, 36);
  const author = authors.find(node, keyOf(header));
  if (author === undefined)
    throw new ReplicaError(
      "unknown-author",
      `no certificate of ${node} with the key of a fork proof is known`,
    );
  if (!verifier.verify(signature, signedMessage(batchId(header, hasher)), author.publicKey))
    throw new ReplicaError("bad-proof", `${node} shows a fork proof that it did not sign`);
}

function keyOf(header: Uint8Array): Uint8Array {
  try {
    return decodeHeader(header).key;
  } catch (error) {
    throw new ReplicaError("bad-proof", `a fork proof holds no header (${codeOf(error)})`);
  }
}
