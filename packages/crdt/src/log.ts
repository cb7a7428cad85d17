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

export function makeLogId(node: NodeId, incarnation: Incarnation): LogId {
  const log = `${node}:${incarnation}`;
  if (!isLogId(log)) throw new CrdtError("invalid-log", `not a log id: ${JSON.stringify(log.slice(0, 80))}`);
  return log;
}

export function isLogId(text: string): boolean {
  return pattern.test(text);
}

export function nodeOf(log: LogId): NodeId {
  return log.slice(0, 36);
}

export function incarnationOf(log: LogId): Incarnation {
  return log.slice(37);
}

const hex: string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** The 24 bytes of a log id. O(1). */
export function encodeLogId(log: LogId): Uint8Array {
  const bytes = new Uint8Array(logIdBytes);
  let at = 0;
  for (let i = 0; i < log.length; ) {
    const code = log.charCodeAt(i);
    if (code === 45 || code === 58) {
      i++;
      continue;
    }
    bytes[at++] = Number.parseInt(log.slice(i, i + 2), 16);
    i += 2;
  }
  return bytes;
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
