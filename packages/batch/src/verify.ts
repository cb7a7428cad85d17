import { type Hlc, type NodeId, nodeOf } from "@jarvis-crdt/crdt";
import type { Batch } from "./batch.ts";
import { unpackBody } from "./body.ts";
import { equalBytes } from "./bytes.ts";
import type { Compressor, Hasher, Verifier } from "./crypto.ts";
import type { Envelope } from "./envelope.ts";
import { BatchError } from "./error.ts";
import type { BatchHeader } from "./header.ts";
import { decodeHeader, headerBytes } from "./header-codec.ts";
import { isHollow } from "./hollow.ts";
import { batchId, signedMessage } from "./id.ts";
import { acceptOperations, acceptRawBytes, packedBound } from "./limits.ts";
import { leafHashes, merkleRoot } from "./merkle.ts";

/** The last stored batch of a log. */
export interface LogHead {
  readonly id: Uint8Array;
  readonly header: BatchHeader;
}

/** What an author's certificate says about its batches. */
export interface AuthorKey {
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** The certificate's dates: HLCs from `from` on and before `until`. */
  readonly from: Hlc;
  readonly until: Hlc;
}

/** What is known here of the cluster, the author and the log, by which a batch is judged. */
export interface VerifyContext {
  /** This node's cluster, 16 bytes. */
  readonly cluster: Uint8Array;
  /** The certificate of `node` with the key id `key`; undefined where none is known yet. */
  readonly authorKey: (node: NodeId, key: Uint8Array) => AuthorKey | undefined;
  /** Head of the log that the batch claims (`decodeHeader(envelope.header).log`); undefined where none is stored. */
  readonly previous: LogHead | undefined;
  /** The greatest HLC that counts as now: local time plus the drift bound. */
  readonly maxHlc: Hlc;
  /** Takes hollow batches, too; what they held, nobody can tell from them. Not unless given. */
  readonly takesHollow?: boolean;
  readonly hasher: Hasher;
  readonly verifier: Verifier;
  readonly compressor: Compressor;
}

/**
 * Decides whether a received batch is its author's next one, cheapest check first, and unpacks it. Throws
 * `BatchError`; the code names the first check that failed, docs/wire/batch.md lists them in order.
 *
 * `clock-ahead` and `fork` are thrown only after the signature was verified: they blame the author, and no relay can
 * forge them. Every other code says something about the sender at most, since a body's packing is not signed and a
 * header can be altered on its way. A hollow batch comes back without operations. O(bytes).
 */
export function verifyBatch(envelope: Envelope, context: VerifyContext): Batch {
  const { hasher, previous } = context;
  checkSizes(envelope, context);
  const header = decodeHeader(envelope.header);
  if (!equalBytes(header.cluster, context.cluster)) fail("wrong-cluster", "the batch is of another cluster");
  const author = authorOf(header, context);
  checkArithmetic(header, envelope);
  const id = batchId(envelope.header, hasher);
  checkPlace(header, id, previous);
  if (!context.verifier.verify(envelope.signature, signedMessage(id), author.publicKey)) {
    fail("bad-signature", "the signature is not by the author's key");
  }
  if (header.hlcMax > context.maxHlc) fail("clock-ahead", "the batch is stamped beyond the drift bound");
  checkContinuity(header, previous);
  if (isHollow(envelope)) return { id, header, envelope, operations: [], leaves: new Uint8Array(0) };
  const operations = unpackBody(envelope, header.count, context.compressor);
  const leaves = leafHashes(operations, hasher);
  if (!equalBytes(merkleRoot(leaves, hasher), header.root)) {
    fail("bad-root", "the operations are not those of the header");
  }
  return { id, header, envelope, operations, leaves };
}

function checkSizes(envelope: Envelope, { takesHollow }: VerifyContext): void {
  const { header, signature, rawLength, body } = envelope;
  if (header.length !== headerBytes) fail("bad-header", `a header has ${headerBytes} bytes`);
  if (signature.length !== 64) fail("bad-signature", "a signature has 64 bytes");
  if (!Number.isSafeInteger(rawLength) || rawLength < 0) fail("bad-body", "the declared length is no length");
  if (rawLength > acceptRawBytes) fail("too-large", `a batch may hold ${acceptRawBytes} bytes`);
  if (isHollow(envelope)) {
    if (takesHollow !== true) fail("bad-body", "the batch comes without its operations");
    if (rawLength !== 0 || body.length !== 0) fail("bad-body", "a hollow batch has no body");
  }
  if (body.length > packedBound(rawLength)) {
    fail("too-large", `${rawLength} bytes need no ${body.length} bytes packed`);
  }
}

function authorOf(header: BatchHeader, context: VerifyContext): AuthorKey {
  const author = context.authorKey(nodeOf(header.log), header.key);
  if (author === undefined) fail("unknown-author", "no certificate of the author with this key is known");
  if (header.hlcMin < author.from || header.hlcMax >= author.until) {
    fail("outside-certificate", "the batch is stamped outside the dates of its author's certificate");
  }
  return author;
}

function checkArithmetic(header: BatchHeader, envelope: Envelope): void {
  const { rawLength } = envelope;
  const { number, first, count } = header;
  if (count > acceptOperations) fail("too-large", `a batch may hold ${acceptOperations} operations`);
  // Each operation takes at least its length and one byte.
  if (rawLength < 2 * count && !isHollow(envelope))
    fail("bad-arithmetic", `${count} operations need more than ${rawLength} bytes`);
  if (!Number.isSafeInteger(first + count - 1)) fail("bad-arithmetic", "the sequence exceeds 2^53 - 1");
  if (number > first || (number === 1) !== (first === 1)) {
    fail("bad-arithmetic", `batch ${number} cannot begin with operation ${first}`);
  }
}

/** Where the batch stands relative to what is stored; nothing here needs the author's word. */
function checkPlace(header: BatchHeader, id: Uint8Array, previous: LogHead | undefined): void {
  if (previous !== undefined && header.log !== previous.header.log) {
    fail("wrong-log", "the batch is of another log than the one it is to continue");
  }
  const stored = previous === undefined ? 0 : previous.header.number;
  if (header.number > stored + 1) fail("gap", `batch ${header.number} came when ${stored + 1} was expected`);
  if (previous === undefined || header.number > stored) return;
  if (header.number < stored || equalBytes(id, previous.id)) {
    fail("duplicate", `the log is stored up to batch ${stored}`);
  }
}

function checkContinuity(header: BatchHeader, previous: LogHead | undefined): void {
  if (previous === undefined) return;
  const before = previous.header;
  if (header.number === before.number || !equalBytes(header.previous, previous.id)) {
    fail("fork", `the author signed two versions of batch ${before.number} of one log`);
  }
  if (header.first !== before.first + before.count) {
    fail("bad-arithmetic", "the first sequence does not follow the last one of the batch before");
  }
  if (header.hlcMin < before.hlcMax) fail("bad-arithmetic", "the clock of the log runs backwards");
  if (header.epoch < before.epoch) fail("bad-arithmetic", "the policy epoch of the log runs backwards");
}

function fail(code: BatchError["code"], message: string): never {
  throw new BatchError(code, message);
}
