import { BatchError, type BatchHeader, decodeHeader } from "@jarvis-crdt/batch";
import { isBeyondDrift, type LogAbandon } from "@jarvis-crdt/crdt";
import { compareBytes, equalBytes } from "./bytes.ts";

/**
 * What is wrong with the proof that a log was written twice, or by a clock that was ahead; undefined where nothing is.
 * Signatures are not looked at.
 */
export function flawOf({
  abandoned,
  from,
  stamp,
  proof: [one, other],
}: Pick<LogAbandon, "abandoned" | "from" | "stamp" | "proof">): string | undefined {
  const a = headerOf(one.header);
  const b = headerOf((other ?? one).header);
  if (a === undefined || b === undefined) return "a proof with something that is no header";
  if (a.log !== abandoned || b.log !== abandoned) return "a proof of another log";
  // A transaction whose later batches are the proof does not count from its beginning.
  if (a.first < from) return "a proof of what counts";
  if (other === undefined) {
    const isAhead = stamp !== "base" && isBeyondDrift(a.hlcMax, stamp);
    return isAhead ? undefined : "a proof of a batch that is not stamped ahead";
  }
  if (a.number !== b.number || a.first !== b.first)
    return "a fork proof of batches that do not exclude each other";
  if (a.number > 1 && !equalBytes(a.previous, b.previous))
    return "a fork proof of batches after different ones";
  return compareBytes(one.header, other.header) < 0 ? undefined : "a fork proof of one batch";
}

function headerOf(bytes: Uint8Array): BatchHeader | undefined {
  try {
    return decodeHeader(bytes);
  } catch (error) {
    if (error instanceof BatchError) return undefined;
    throw error;
  }
}
