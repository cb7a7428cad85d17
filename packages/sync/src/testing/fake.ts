import type { Envelope } from "@jarvis-crdt/batch";
import {
  decodeLogId,
  encodeLogId,
  type FrontierEntry,
  type LogId,
  logIdBytes,
  makeLogId,
} from "@jarvis-crdt/crdt";
import { SyncError } from "../error.ts";
import type { Heading } from "../heading.ts";

/** For tests of this package: batches without signatures, whose header is a log id and two numbers. */
export interface FakeBatch {
  readonly heading: Heading;
  readonly entry: FrontierEntry;
  readonly envelope: Envelope;
}

export function nodeName(index: number): string {
  return `00000000-0000-4000-8000-${index.toString(16).padStart(12, "0")}`;
}

export function logName(node: number, incarnation = 1): LogId {
  return makeLogId(nodeName(node), incarnation.toString(16).padStart(16, "0"));
}

/** `variant` tells two histories of one log apart. */
export function fakeBatch(
  log: LogId,
  first: number,
  count: number,
  bodyBytes: number,
  variant = 0,
): FakeBatch {
  const header = new Uint8Array(logIdBytes + 9);
  header.set(encodeLogId(log));
  const view = new DataView(header.buffer);
  view.setUint32(logIdBytes, first);
  view.setUint32(logIdBytes + 4, count);
  header[logIdBytes + 8] = variant;
  const id = new Uint8Array(32);
  id.set(header.subarray(logIdBytes - 8));
  return {
    heading: { log, first, count },
    entry: { seq: first + count - 1, batch: id },
    envelope: {
      header,
      signature: new Uint8Array(64).fill(variant),
      codec: 1,
      rawLength: bodyBytes,
      body: new Uint8Array(bodyBytes).fill(first),
    },
  };
}

export function fakeHeading({ header }: Envelope): Heading {
  if (header.length !== logIdBytes + 9) throw new SyncError("malformed", "not a fake header");
  const view = new DataView(header.buffer, header.byteOffset);
  return {
    log: decodeLogId(header),
    first: view.getUint32(logIdBytes),
    count: view.getUint32(logIdBytes + 4),
  };
}

/** The batch an envelope was made as. */
export function fakeOf(envelope: Envelope): FakeBatch {
  const { log, first, count } = fakeHeading(envelope);
  return fakeBatch(log, first, count, envelope.body.length, envelope.header[logIdBytes + 8]!);
}

/** Mulberry32: a seeded number in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
