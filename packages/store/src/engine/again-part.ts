import { type LogId, makeLogId, nodeOf } from "@jarvis-crdt/crdt";

/**
 * Under which name a counter keeps an increment that was minted anew: as if it were a log of the same author, of which it is
 * the only operation. So it counts once, whichever and however many instances of the author mint it anew.
 */
export function againPart(log: LogId, origin: Uint8Array): LogId {
  let name = "";
  for (const byte of origin) name += byte.toString(16).padStart(2, "0");
  return makeLogId(nodeOf(log), name);
}
