import { encodeElement, type Outline } from "@jarvis-crdt/crdt";

/** Key of a register's only cell. */
export const registerKey: Uint8Array = new Uint8Array(0);

/** The cell that a write concerns: a register's only one, or that under a key of a keyed object. */
export function writtenCell(operation: Extract<Outline, { kind: "register.set" | "keyed.set" }>): {
  readonly type: "register" | "keyed";
  readonly key: Uint8Array;
} {
  if (operation.kind === "register.set") return { type: "register", key: registerKey };
  return { type: "keyed", key: encodeElement(operation.key) };
}
