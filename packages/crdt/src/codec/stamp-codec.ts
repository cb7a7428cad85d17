import { CrdtError } from "../error.ts";
import type { Hlc } from "../hlc.ts";
import type { LogId } from "../log.ts";
import type { Stamp } from "../operation.ts";
import type { ByteReader } from "./byte-reader.ts";

/** What an operation takes from its batch, whose header is such a context. */
export interface OperationContext {
  /** The author's log. */
  readonly log: LogId;
  readonly hlcMin: Hlc;
  /** Where given, a later stamp is refused: the header's range is what the drift bound was checked against. */
  readonly hlcMax?: Hlc;
}

/** 0 is a base value; n stands for `hlcMin + n - 1`. */
export function stampVarint(stamp: Stamp, context: OperationContext): number {
  if (stamp === "base") return 0;
  checkStamp(stamp, context);
  return stamp - context.hlcMin + 1;
}

export function readStamp(reader: ByteReader, context: OperationContext): Stamp {
  const offset = reader.varint();
  if (offset === 0) return "base";
  const stamp = context.hlcMin + offset - 1;
  checkStamp(stamp, context);
  return stamp;
}

function checkStamp(stamp: Hlc, { hlcMin, hlcMax = Number.MAX_SAFE_INTEGER }: OperationContext): void {
  if (!Number.isSafeInteger(stamp) || stamp < 1 || stamp < hlcMin || stamp > hlcMax) {
    throw new CrdtError("invalid-operation", "a stamp outside of its batch's range");
  }
}
