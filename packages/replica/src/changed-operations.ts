import { type Compressor, decodeHeader, type Envelope, isHollow, unpackBody } from "@jarvis-crdt/batch";
import { type Dot, type Outline, outlineOperation } from "@jarvis-crdt/crdt";
import type { Store } from "@jarvis-crdt/store";
import type { Change } from "./announcer.ts";

const readBytes = 1024 * 1024;

/** An operation without the values of its row; undefined where its batch is hollow. */
export interface ChangedOperation {
  readonly dot: Dot;
  readonly outline: Outline | undefined;
  readonly bytes: number;
}

/** The operations of a change, in the order of each log. O(operations): they are unpacked again. */
export async function* changedOperations(
  change: Change,
  store: Pick<Store, "read">,
  compressor: Compressor,
): AsyncGenerator<ChangedOperation> {
  for (const [log, { from, through }] of change) {
    for (let at = from; at < through; ) {
      const envelopes = await store.read(log, at, readBytes);
      if (envelopes.length === 0) break;
      for (const envelope of envelopes) {
        if (at >= through) break;
        yield* operationsOf(envelope, compressor);
        const { first, count } = decodeHeader(envelope.header);
        at = first + count - 1;
      }
    }
  }
}

function* operationsOf(envelope: Envelope, compressor: Compressor): Generator<ChangedOperation> {
  const header = decodeHeader(envelope.header);
  const { log, first, count } = header;
  const all = isHollow(envelope) ? undefined : unpackBody(envelope, count, compressor);
  for (let i = 0; i < count; i++) {
    const bytes = all?.[i];
    const outline = bytes && outlineOperation(bytes, header);
    yield { dot: { log, seq: first + i }, outline, bytes: bytes?.length ?? 0 };
  }
}
