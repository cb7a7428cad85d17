import {
  BatchError,
  type BatchHeader,
  batchId,
  decodeHeader,
  type LogHead,
  verifyBatch,
} from "@jarvis-crdt/batch";
import { type Hlc, hlcAt, type LogId, type NodeId } from "@jarvis-crdt/crdt";
import type { CellAudit, StateCopy } from "@jarvis-crdt/store-sqlite";
import { byNode, soundCertificates } from "./authors.ts";
import { BackupError } from "./backup-error.ts";
import type { Author, Judge } from "./merge-batches.ts";

/** A place of a log that is not what its author signed. */
export interface Damage {
  readonly log: LogId;
  /** First sequence of the batch; 0 where not even that can be read. */
  readonly first: number;
  /** Code of the check that failed, or what SQLite says. */
  readonly reason: string;
}

export interface ScrubOptions {
  readonly onProgress?: (bytes: number, total: number) => void;
  /** Called after each batch with the bytes that were read: to go slowly, or to stop by throwing. */
  readonly pause?: (bytes: number) => Promise<void>;
  /** Compare the cells with the digest as well; called after each step with how many were looked at. */
  readonly onCells?: (cells: number) => Promise<void>;
}

/** What reading a whole log found. */
export interface Scrubbed {
  readonly batches: number;
  readonly operations: number;
  readonly damaged: readonly Damage[];
  /** Whether the cells are as the digest took them in; undefined where that was not asked. */
  readonly cells: CellAudit | undefined;
}

/**
 * Reads every batch of a state: its place in its log, its author's signature, and its body against the signed root and
 * against the leaf hashes that the digest is made of. On demand it compares the cells with the digest, too. Changes nothing.
 * O(bytes).
 */
export async function scrubState(
  copy: StateCopy,
  judge: Judge,
  { onProgress, pause, onCells }: ScrubOptions = {},
): Promise<Scrubbed> {
  const authors = byNode(soundCertificates(copy.certificates(), judge));
  const total = copy.bodyBytes;
  const damaged: Damage[] = [];
  let [batches, operations, bytes] = [0, 0, 0];
  for (const [log, last] of copy.frontier) {
    let previous: LogHead | undefined;
    let at = 0;
    try {
      for (const envelope of copy.envelopes(log, 0)) {
        const header = headerOf(envelope.header);
        if (header === undefined) {
          damaged.push({ log, first: at + 1, reason: "bad-header" });
          break;
        }
        const reason = reasonOf(copy, log, envelope, header, previous, authors, judge);
        if (reason !== undefined) damaged.push({ log, first: header.first, reason });
        previous = { id: batchId(envelope.header, judge.hasher), header };
        at = header.first + header.count - 1;
        batches++;
        operations += header.count;
        bytes += envelope.body.length;
        onProgress?.(bytes, total);
        await pause?.(envelope.body.length);
      }
      const head = copy.headOf(log);
      const isWhole =
        at === last &&
        previous !== undefined &&
        head !== undefined &&
        Buffer.compare(head, previous.id) === 0;
      if (!isWhole && !damaged.some((one) => one.log === log))
        damaged.push({ log, first: at + 1, reason: "missing" });
    } catch (error) {
      if (error instanceof BackupError) throw error;
      const { code } = error as { code?: unknown };
      if (typeof code !== "string" || !code.startsWith("SQLITE_")) throw error;
      damaged.push({ log, first: at + 1, reason: code });
    }
  }
  const cells = onCells && (await auditCells(copy, judge, onCells));
  return { batches, operations, damaged, cells };
}

async function auditCells(
  copy: StateCopy,
  { hasher, compressor }: Judge,
  onCells: (cells: number) => Promise<void>,
): Promise<CellAudit> {
  const audit = copy.auditCells(hasher, compressor);
  try {
    for (;;) {
      const { done, value } = audit.next();
      if (done) return value;
      await onCells(value);
    }
  } finally {
    audit.return("unknown");
  }
}

function headerOf(bytes: Uint8Array): BatchHeader | undefined {
  try {
    return decodeHeader(bytes);
  } catch {
    return undefined;
  }
}

function reasonOf(
  copy: StateCopy,
  log: LogId,
  envelope: Parameters<typeof verifyBatch>[0],
  header: BatchHeader,
  previous: LogHead | undefined,
  authors: ReadonlyMap<NodeId, readonly Author[]>,
  { hasher, verifier, compressor }: Judge,
): string | undefined {
  try {
    const { leaves } = verifyBatch(envelope, {
      cluster: copy.cluster ?? new Uint8Array(16),
      authorKey: (node, key) => {
        const found = authors.get(node)?.find((one) => Buffer.compare(one.key, key) === 0);
        return (
          found && { publicKey: found.publicKey, from: hlcAt(found.notBefore), until: hlcAt(found.notAfter) }
        );
      },
      previous,
      // What is stored was accepted in its time.
      maxHlc: Number.MAX_SAFE_INTEGER as Hlc,
      takesHollow: true,
      hasher,
      verifier,
      compressor,
    });
    const kept = copy.leavesOf(log, header.first);
    return kept !== undefined && Buffer.compare(kept, leaves) === 0 ? undefined : "bad-leaves";
  } catch (error) {
    if (error instanceof BatchError) return error.code;
    throw error;
  }
}
