import type { Batch } from "./batch.ts";
import { joinOperations, splitBody, zstdCodec } from "./body.ts";
import type { Compressor, Hasher, Signer } from "./crypto.ts";
import type { BatchHeader } from "./header.ts";
import { encodeHeader, formatVersion } from "./header-codec.ts";
import { batchId, signedMessage } from "./id.ts";
import { acceptOperations, acceptRawBytes } from "./limits.ts";
import { leafHashes, merkleRoot } from "./merkle.ts";

/** What the author decides; version, key, count and root follow. */
export interface BatchContent extends Omit<BatchHeader, "version" | "key" | "count" | "root"> {
  /** Canonical bytes of the operations, in the order of their sequences, none of them empty. */
  readonly operations: readonly Uint8Array[];
}

/** What making a batch takes from outside. */
export interface MakeCrypto {
  readonly hasher: Hasher;
  readonly signer: Signer;
  readonly compressor: Compressor;
}

/**
 * Makes and signs a batch. The operations are copied. `splitTransaction` makes runs that fit;
 * operations that exceed what receivers accept, and fields that are no header, throw `RangeError`. O(bytes).
 */
export function makeBatch(content: BatchContent, { hasher, signer, compressor }: MakeCrypto): Batch {
  const { operations: given, ...fields } = content;
  const raw = joinOperations(given);
  if (given.length > acceptOperations || raw.length > acceptRawBytes) {
    throw new RangeError(`${given.length} operations of ${raw.length} bytes are more than receivers accept`);
  }
  const operations = splitBody(raw, given.length);
  const leaves = leafHashes(operations, hasher);
  const header: BatchHeader = {
    ...fields,
    version: formatVersion,
    key: signer.key,
    count: operations.length,
    root: merkleRoot(leaves, hasher),
  };
  const encoded = encodeHeader(header);
  const id = batchId(encoded, hasher);
  const envelope = {
    header: encoded,
    signature: signer.sign(signedMessage(id)),
    codec: zstdCodec,
    rawLength: raw.length,
    body: compressor.deflate(raw),
  };
  return { id, header, envelope, operations, leaves };
}
