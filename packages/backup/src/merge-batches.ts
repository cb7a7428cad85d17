import {
  type Batch,
  BatchError,
  type Compressor,
  type Hasher,
  type Verifier,
  verifyBatch,
} from "@jarvis-crdt/batch";
import { type Hlc, hlcAt, type LogId, type NodeId } from "@jarvis-crdt/crdt";
import type { StateCopy, StateFile } from "@jarvis-crdt/store-sqlite";
import { byNode, soundCertificates } from "./authors.ts";

/** An author as its certificate shows it. */
export interface Author {
  readonly node: NodeId;
  /** The id by which batch headers name this certificate. */
  readonly key: Uint8Array;
  readonly publicKey: Uint8Array;
  /** Unix milliseconds. */
  readonly notBefore: number;
  readonly notAfter: number;
}

/** How batches are judged: as those of any peer, since a file may come from anywhere. */
export interface Judge {
  /** Checks a certificate as an author's. Throws a typed error. */
  readonly author: (der: Uint8Array) => Author;
  readonly hasher: Hasher;
  readonly verifier: Verifier;
  readonly compressor: Compressor;
  /** Unix milliseconds up to which stamps are accepted. */
  readonly until: number;
}

/** What a state took over from another one's log. */
export interface Merged {
  readonly batches: number;
  readonly operations: number;
  /** Logs that could not be continued, with the code of the reason. */
  readonly refused: readonly { readonly log: LogId; readonly reason: string }[];
}

/** Operations that are applied in one transaction. */
const atOnce = 2_000;

/** Gives a state the batches of a copy that it lacks, each verified. Several calls do the same as one. */
export async function mergeBatches(
  copy: StateCopy,
  state: StateFile,
  judge: Judge,
  onOperations?: (done: number) => void,
): Promise<Merged> {
  const found = soundCertificates(copy.certificates(), judge);
  for (const { node, der } of found) state.putCertificate(node, der);
  const authors = byNode([...found, ...soundCertificates(ownCertificates(state), judge)]);
  for (const schema of copy.schemas()) putSchema(state, schema);

  let batches = 0;
  let operations = 0;
  const refused: { log: LogId; reason: string }[] = [];
  for (const [log, last] of copy.frontier) {
    if ((state.frontier().get(log)?.seq ?? 0) >= last) continue;
    try {
      for (const portion of portions(verified(copy, state, log, authors, judge))) {
        const applied = state.apply(portion);
        batches += applied.stored;
        operations += applied.operations;
        for (const one of applied.refused) throw new BatchError("fork", one.reason);
        onOperations?.(operations);
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
    } catch (error) {
      const { code } = error as { code?: unknown };
      const isUnreadable = typeof code === "string" && code.startsWith("SQLITE_CORRUPT");
      if (!(error instanceof BatchError) && !isUnreadable) throw error;
      refused.push({ log, reason: String(code) });
    }
  }
  return { batches, operations, refused };
}

function ownCertificates(state: StateFile) {
  return state.certificates(state.node).map((der) => ({ node: state.node, der }));
}

/** A damaged schema is left out: what needs it waits until a peer has sent it. */
function putSchema(state: StateFile, { id, bytes }: { readonly id: Uint8Array; readonly bytes: Uint8Array }) {
  try {
    state.putSchema(id, bytes);
  } catch (error) {
    if (typeof (error as { code?: unknown } | null)?.code !== "string") throw error;
  }
}

function* verified(
  copy: StateCopy,
  state: StateFile,
  log: LogId,
  authors: ReadonlyMap<NodeId, readonly Author[]>,
  { hasher, verifier, compressor, until }: Judge,
): Iterable<Batch> {
  let previous = state.head(log);
  const maxHlc: Hlc = hlcAt(until);
  for (const envelope of copy.envelopes(log, state.frontier().get(log)?.seq ?? 0)) {
    const batch = verifyBatch(envelope, {
      cluster: state.cluster,
      authorKey: (node, key) => {
        const found = authors.get(node)?.find((one) => Buffer.compare(one.key, key) === 0);
        return (
          found && { publicKey: found.publicKey, from: hlcAt(found.notBefore), until: hlcAt(found.notAfter) }
        );
      },
      previous,
      maxHlc,
      // What this node itself threw away, or took on the word of others.
      takesHollow: true,
      hasher,
      verifier,
      compressor,
    });
    previous = { id: batch.id, header: batch.header };
    yield batch;
  }
}

function* portions(batches: Iterable<Batch>): Iterable<readonly Batch[]> {
  let portion: Batch[] = [];
  let operations = 0;
  try {
    for (const batch of batches) {
      portion.push(batch);
      operations += batch.header.count;
      if (operations < atOnce) continue;
      yield portion;
      portion = [];
      operations = 0;
    }
  } catch (error) {
    // What came before the one that is refused is good.
    if (portion.length > 0) yield portion;
    throw error;
  }
  if (portion.length > 0) yield portion;
}
