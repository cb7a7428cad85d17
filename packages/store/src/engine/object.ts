/**
 * A counter, register, set or keyed registers by name, or a replicated table. Two of different type may share a name.
 */
export type ObjectType = "counter" | "register" | "set" | "keyed" | "table";

/**
 * Stands between the name that people gave and what the parts of a typed object are called; no name that people give
 * holds it. What concurrent writes of a part mean is the business of the type.
 */
export const partMark = "\u001f";

/** Whether concurrent writes of one cell of the object are a conflict that a person may want to see. */
export function showsConflicts({ type, name }: Pick<ObjectRef, "type" | "name">): boolean {
  return type === "register" || (type === "keyed" && !name.includes(partMark));
}

/** An object as one medium knows it. */
export interface ObjectRef {
  readonly type: ObjectType;
  readonly name: string;
  /** By which one medium knows it; local. */
  readonly id: number;
  /** Names of a table's column groups. Cells know a group by its place here, and places are never used again. */
  readonly groups: readonly string[];
}
