/** A counter, register or set by its name, or a replicated table. Two of different type may share a name. */
export type ObjectType = "counter" | "register" | "set" | "table";

export interface ObjectRef {
  readonly type: ObjectType;
  readonly name: string;
  /** By which one medium knows it; local. */
  readonly id: number;
  /** Names of a table's column groups. Cells know a group by its place here, and places are never used again. */
  readonly groups: readonly string[];
}
