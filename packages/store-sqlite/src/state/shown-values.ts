import { type RowCell, type Schema, sameValue, type Uid, winner } from "@jarvis-crdt/crdt";
import type { CapturedIntent, Engine, ObjectRef, OwnGroup } from "@jarvis-crdt/store";
import type { SqlMedium } from "./medium.ts";
import type { PresentColumns } from "./state.ts";

export interface ShownValuesParts {
  readonly medium: SqlMedium;
  readonly values: () => Engine["values"];
  /** Throws where the table is not replicated here. */
  readonly table: (name: string) => ObjectRef;
  readonly groupsOf: (table: ObjectRef) => readonly OwnGroup[];
}

/** What the archive shows of a row before the next plan: by that an application's write is judged, not by the cell. */
export class ShownValues {
  readonly #parts: ShownValuesParts;
  /** Declared columns that the archive lacks, by table: what it says of them is nothing. */
  #absent: ReadonlyMap<string, ReadonlySet<string>> = new Map();

  constructor(parts: ShownValuesParts) {
    this.#parts = parts;
  }

  declare(schema: Schema, present: PresentColumns): void {
    this.#absent = absentColumns(schema, present);
  }

  /** What the archive shows of a row before the next plan. */
  cell(table: ObjectRef, uid: Uid): RowCell | undefined {
    const prior = this.#parts.medium.todo.prior(table, uid);
    return prior === undefined ? this.#parts.medium.cells.row(table, uid) : prior.cell;
  }

  /** The values that a row had of columns which the application cannot know, in place of the NULLs it left for them. */
  complete(intent: CapturedIntent): CapturedIntent {
    const absent = intent.kind === "row.set" && this.#absent.get(intent.table);
    if (!absent) return intent;
    const group = this.#group(intent.table, intent.uid, intent.group);
    if (group === undefined || !group.columns.some((column) => absent.has(column))) return intent;
    const values = group.columns.map((column, i) =>
      absent.has(column) ? group.values[i]! : intent.values[i]!,
    );
    return { ...intent, values };
  }

  #group(name: string, uid: Uid, groupName: string) {
    const table = this.#parts.table(name);
    const part = table.groups.indexOf(groupName);
    const group = this.#parts.groupsOf(table).find((one) => one.part === part);
    const entry = winner(this.cell(table, uid)?.groups[part] ?? []);
    if (group === undefined || entry === undefined) return undefined;
    return { columns: group.columns, values: this.#parts.values().group(entry, group) };
  }

  /** An update that changed nothing: the archive showed these values before. O(values). */
  holds(intent: CapturedIntent): boolean {
    if (intent.kind !== "row.set") return false;
    const shown = this.#group(intent.table, intent.uid, intent.group)?.values;
    return shown?.every((value, i) => sameValue(value, intent.values[i] ?? null)) ?? false;
  }
}

function absentColumns(schema: Schema, present: PresentColumns): ReadonlyMap<string, ReadonlySet<string>> {
  const absent = new Map<string, ReadonlySet<string>>();
  for (const { table, columns } of present) {
    const names =
      schema.tables.find(({ name }) => name === table)?.groups.flatMap((group) => group.columns) ?? [];
    const gone = names.filter((name) => !columns.includes(name));
    if (gone.length > 0 && columns.length > 0) absent.set(table, new Set(gone));
  }
  return absent;
}
