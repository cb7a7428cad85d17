import type { Hasher } from "./crypto.ts";
import { batchDomain, batchSignatureDomain, schemaDomain } from "./domain.ts";

/** Names a batch for ever: BLAKE2b-256 of its encoded header. 32 bytes. */
export function batchId(header: Uint8Array, hasher: Hasher): Uint8Array {
  return hasher.hash([batchDomain, header]);
}

/** Names a schema for ever, by its canonical bytes. 32 bytes. */
export function schemaId(bytes: Uint8Array, hasher: Hasher): Uint8Array {
  return hasher.hash([schemaDomain, bytes]);
}

/** What the author of the batch `id` signs. */
export function signedMessage(id: Uint8Array): Uint8Array {
  const message = new Uint8Array(batchSignatureDomain.length + id.length);
  message.set(batchSignatureDomain);
  message.set(id, batchSignatureDomain.length);
  return message;
}
