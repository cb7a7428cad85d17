import { BatchError, type BatchHeader, decodeHeader } from "@jarvis-crdt/batch";
import type { LogAbandon } from "@jarvis-crdt/crdt";
import { compareBytes, equalBytes } from "./bytes.ts";

/** What is wrong with the proof that a log was written twice; undefined where nothing is. Signatures are not looked at. */
export function flawOf({
  abandoned,
  from,
  proof: [one, other],
}: Pick<LogAbandon, "abandoned" | "from" | "proof">): string | undefined {
  const [a, b] = [headerOf(one.header), headerOf(other.header)];
  if (a === undefined || b === undefined) return "a fork proof with something that is no header";
  if (a.log !== abandoned || b.log !== abandoned) return "a fork proof of another log";
  if (a.number !== b.number || a.first !== b.first)
    return "a fork proof of batches that do not exclude each other";
  if (a.number > 1 && !equalBytes(a.previous, b.previous))
    return "a fork proof of batches after different ones";
  // A transaction whose later batches differ does not count from its beginning.
  if (a.first < from) return "a fork proof of what counts";
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
