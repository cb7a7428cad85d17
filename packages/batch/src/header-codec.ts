import { decodeLogId, encodeLogId, isLogId } from "@jarvis-crdt/crdt";
import { getU64, putU64 } from "./bytes.ts";
import { BatchError } from "./error.ts";
import type { BatchHeader } from "./header.ts";

/** Length of an encoded header. */
export const headerBytes = 198;

export const formatVersion = 1;

const continuesFlag = 1;

/** Where each field starts; docs/wire/batch.md is the normative table. */
const at = {
  version: 0,
  flags: 1,
  cluster: 2,
  log: 18,
  key: 42,
  number: 58,
  first: 66,
  count: 74,
  previous: 78,
  schema: 110,
  epoch: 142,
  hlcMin: 150,
  hlcMax: 158,
  root: 166,
} as const;

/** The header as it is hashed, signed, stored and sent. Throws `RangeError` for a field that does not fit. O(1). */
export function encodeHeader(header: BatchHeader): Uint8Array {
  const problem = problemOf(header);
  if (problem !== undefined) throw new RangeError(`cannot encode the header: ${problem}`);
  const bytes = new Uint8Array(headerBytes);
  const view = new DataView(bytes.buffer);
  bytes[at.version] = header.version;
  bytes[at.flags] = header.continues ? continuesFlag : 0;
  bytes.set(header.cluster, at.cluster);
  bytes.set(encodeLogId(header.log), at.log);
  bytes.set(header.key, at.key);
  putU64(view, at.number, header.number);
  putU64(view, at.first, header.first);
  view.setUint32(at.count, header.count);
  bytes.set(header.previous, at.previous);
  bytes.set(header.schema, at.schema);
  putU64(view, at.epoch, header.epoch);
  putU64(view, at.hlcMin, header.hlcMin);
  putU64(view, at.hlcMax, header.hlcMax);
  bytes.set(header.root, at.root);
  return bytes;
}

/**
 * Reads a header. Strict: `encodeHeader` of the result gives the same bytes. Throws `BatchError` `bad-header`.
 * The result keeps nothing of `bytes`. O(1).
 */
export function decodeHeader(bytes: Uint8Array): BatchHeader {
  if (bytes.length !== headerBytes) {
    throw new BatchError("bad-header", `a header has ${headerBytes} bytes, this one ${bytes.length}`);
  }
  const own = new Uint8Array(bytes);
  const view = new DataView(own.buffer);
  const flags = own[at.flags]!;
  if (flags > continuesFlag) throw new BatchError("bad-header", `flags ${flags} has reserved bits`);
  const header: BatchHeader = {
    version: own[at.version]!,
    cluster: own.subarray(at.cluster, at.log),
    log: decodeLogId(own, at.log),
    key: own.subarray(at.key, at.number),
    number: getU64(view, at.number),
    first: getU64(view, at.first),
    count: view.getUint32(at.count),
    previous: own.subarray(at.previous, at.schema),
    continues: flags === continuesFlag,
    schema: own.subarray(at.schema, at.epoch),
    epoch: getU64(view, at.epoch),
    hlcMin: getU64(view, at.hlcMin),
    hlcMax: getU64(view, at.hlcMax),
    root: own.subarray(at.root, headerBytes),
  };
  const problem = problemOf(header);
  if (problem !== undefined) throw new BatchError("bad-header", problem);
  return header;
}

/** What keeps these fields from being a header, in words; one rule for what is written and what is read. */
function problemOf(header: BatchHeader): string | undefined {
  if (header.version !== formatVersion) return `version ${header.version} is not ${formatVersion}`;
  if (!isLogId(header.log)) return "the log id is malformed";
  if (header.cluster.length !== 16) return "the cluster id needs 16 bytes";
  if (header.key.length !== 16) return "the key id needs 16 bytes";
  if (header.previous.length !== 32) return "the previous batch id needs 32 bytes";
  if (header.schema.length !== 32) return "the schema id needs 32 bytes";
  if (header.root.length !== 32) return "the root needs 32 bytes";
  if (!isAtLeast(header.number, 1)) return "the batch number is not an integer from 1 to 2^53 - 1";
  if (!isAtLeast(header.first, 1)) return "the first sequence is not an integer from 1 to 2^53 - 1";
  if (!isAtLeast(header.count, 1) || header.count > 0xffff_ffff) return "the count is not an integer from 1";
  if (!isAtLeast(header.epoch, 0)) return "the epoch is not an integer from 0 to 2^53 - 1";
  if (!isAtLeast(header.hlcMin, 1)) return "the smallest HLC is not an integer from 1 to 2^53 - 1";
  if (!isAtLeast(header.hlcMax, header.hlcMin)) return "the greatest HLC is below the smallest, or unsafe";
  return undefined;
}

function isAtLeast(value: number, least: number): boolean {
  return Number.isSafeInteger(value) && value >= least;
}
