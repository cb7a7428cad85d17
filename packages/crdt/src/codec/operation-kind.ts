import { CrdtError } from "../error.ts";
import type { Operation } from "../operation.ts";

/** The first byte of an operation. Normative: docs/wire/operations.md. */
export const operationKind = {
  "counter.add": 1,
  "register.set": 2,
  "set.add": 3,
  "set.remove": 4,
  "row.add": 5,
  "row.set": 6,
  "row.remove": 7,
  "keyed.set": 8,
  "keyed.remove": 9,
  piece: 10,
  "log.abandon": 11,
  "counter.again": 12,
} as const satisfies Record<Operation["kind"], number>;

export function kindByte(kind: Operation["kind"]): number {
  const byte = operationKind[kind];
  if (byte === undefined) throw new CrdtError("invalid-operation", "unknown kind of operation");
  return byte;
}
