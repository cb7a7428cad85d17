import { CrdtError } from "./error.ts";

/** UUID of a node, lower case with hyphens. */
export type NodeId = string;

/** 64 random bits, sixteen lower-case hex digits. A node takes a new one when it cannot prove that it alone continues a log. */
export type Incarnation = string;

/** Name of a log, the append-only batches of one (node, incarnation): `uuid:hex16`. */
export type LogId = string;

/** Bytes of a log id on the wire: UUID (16) and incarnation (8). */
export const logIdBytes = 24;

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}:[0-9a-f]{16}$/;

/** The id of a node's log. Throws `CrdtError` where the two do not make one. */
export function makeLogId(node: NodeId, incarnation: Incarnation): LogId {
  const log = `${node}:${incarnation}`;
  checkLogId(log);
  return log;
}

/** Whether a text is a log id: the node's UUID in lower case, a colon, 16 hex digits. */
export function isLogId(text: string): boolean {
  return pattern.test(text);
}

function checkLogId(text: string): void {
  if (!isLogId(text))
    throw new CrdtError("invalid-log", `not a log id: ${JSON.stringify(text.slice(0, 80))}`);
}

/** The node of a log id that was checked: its first 36 characters. */
export function nodeOf(log: LogId): NodeId {
  return log.slice(0, 36);
}

/** The incarnation of a log id that was checked: its last 16 hex digits. */
export function incarnationOf(log: LogId): Incarnation {
  return log.slice(37);
}

const hex: string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Where in a log id the two digits of each byte stand. */
const places: number[] = [];
for (let at = 0; at < 53; at++) {
  if ([8, 13, 18, 23, 36].includes(at)) continue;
  places.push(at++);
}

/** The log that was encoded last: operations come in runs of one log. */
let last: { readonly log: LogId; readonly bytes: Uint8Array } | undefined;

/** The 24 bytes of a log id, written into `target` at `offset` where that is given. O(1). */
export function encodeLogId(log: LogId, target = new Uint8Array(logIdBytes), offset = 0): Uint8Array {
  if (last?.log !== log) {
    checkLogId(log);
    last = { log, bytes: encoded(log) };
  }
  target.set(last.bytes, offset);
  return target;
}

function encoded(log: LogId): Uint8Array {
  const bytes = new Uint8Array(logIdBytes);
  for (let i = 0; i < logIdBytes; i++) {
    const at = places[i]!;
    bytes[i] = (digit(log.charCodeAt(at)) << 4) | digit(log.charCodeAt(at + 1));
  }
  return bytes;
}

function digit(code: number): number {
  return code < 58 ? code - 48 : code - 87;
}

/** Reads 24 bytes at `offset` as a log id. */
export function decodeLogId(bytes: Uint8Array, offset = 0): LogId {
  if (offset + logIdBytes > bytes.length) throw new CrdtError("truncated", "a log id needs 24 bytes");
  let text = "";
  for (let i = 0; i < logIdBytes; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) text += "-";
    if (i === 16) text += ":";
    text += hex[bytes[offset + i]!];
  }
  return text;
}
