import type { ColumnGroup, Value } from "@jarvis-crdt/crdt";
import { type ArchiveDatabase, columnsOf, stampColumns, type TableMapping } from "@jarvis-crdt/store-sqlite";
import { type TypeRule, typeAssigner } from "./crdt-type.ts";

export interface MapOptions {
  /** Which CRDT type an entry's operation has; default: `typeRules`. */
  readonly rules?: readonly TypeRule[];
}

/** The columns that a verification writes together: v0.2's five, and those of the plan's own schema (§4.1). */
const verificationColumns = {
  v02: [
    "verification_status",
    "verification_score",
    "verification_model",
    "verification_timestamp",
    "verification_details",
  ],
  plan: ["verification_result", "confidence_score", "model_used"],
};

/**
 * Finds out by introspection how the tables of a Jarvis archive replicate:
 *
 * - `archive_entries`: records; groups *content*, *verification* (written whole, or a row would show a status of one
 *   node with a score of another) and *version*, of which only the first value travels;
 * - `agent_activities`: grow-only;
 * - `agent_workflow_states`: records by row, each node writing its own;
 * - `verification_queue` (local work: replicated, every node would verify everything) and all other tables: local.
 *
 * Columns within a group are in the order of their names, so that files with swapped columns have one schema.
 */
export function mapArchive(db: ArchiveDatabase, options: MapOptions = {}): TableMapping[] {
  const names = db
    .prepare(
      "SELECT name FROM sqlite_schema WHERE type='table' AND name NOT GLOB 'sqlite_*' AND name NOT GLOB 'crdt_*' ORDER BY name",
    )
    .pluck()
    .all() as string[];
  return names.map((name) => mapTable(db, name, options));
}

function mapTable(db: ArchiveDatabase, name: string, options: MapOptions): TableMapping {
  const key = integerKey(db, name);
  const columns = columnsOf(db, name).map((column) => column.name);
  if (key === undefined) return localTable(name);
  switch (name) {
    case "archive_entries":
      return entriesTable(columns, key, typeAssigner(options.rules));
    case "agent_activities":
      return { ...wholeTable(name, columns, key), kind: "grow-only", typeOf: () => "g_set" };
    case "agent_workflow_states":
      return {
        ...wholeTable(name, columns, key),
        identity: ["agent_id", "node_id", "workflow_id"].filter((column) => columns.includes(column)),
        typeOf: typeColumn,
      };
    default:
      return localTable(name);
  }
}

function entriesTable(
  columns: readonly string[],
  key: string,
  typeOf: (operation: string) => string,
): TableMapping {
  const isPlan = columns.includes("verification_result");
  const verification = isPlan ? verificationColumns.plan : verificationColumns.v02;
  const elsewhere = new Set<string>([key, ...verification, "program_version", ...stampColumns]);
  const content = columns.filter((column) => !elsewhere.has(column)).sort();
  const groups: ColumnGroup[] = [
    { name: "content", columns: content },
    { name: "verification", columns: [...verification].sort() },
    // Declared even where an old file lacks it: the assistant adds it at its next start.
    { name: "version", columns: ["program_version"] },
  ];
  return {
    name: "archive_entries",
    kind: "records",
    key,
    groups,
    initialOnly: ["version"],
    identity: content,
    ...(isPlan ? {} : { times: { verification: "verification_timestamp" } }),
    deletes: "evict",
    stamped: true,
    typeOf: (values) => {
      const operation = values.get("operation");
      return typeOf(typeof operation === "string" ? operation : "");
    },
  };
}

function wholeTable(name: string, columns: readonly string[], key: string): TableMapping {
  const content = columns.filter((column) => column !== key).sort();
  return {
    name,
    kind: "records",
    key,
    groups: [{ name: "content", columns: content }],
    initialOnly: [],
    identity: content,
    deletes: "evict",
    stamped: false,
    typeOf: () => "or_set",
  };
}

function localTable(name: string): TableMapping {
  return {
    name,
    kind: "local",
    key: "rowid",
    groups: [],
    initialOnly: [],
    identity: [],
    deletes: "evict",
    stamped: false,
    typeOf: () => "",
  };
}

function typeColumn(values: ReadonlyMap<string, Value>): string {
  const type = values.get("crdt_type");
  return typeof type === "string" ? type : "or_set";
}

/** The INTEGER PRIMARY KEY. A table without one has no key that survives a VACUUM, and stays local. */
function integerKey(db: ArchiveDatabase, table: string): string | undefined {
  const columns = db.prepare("SELECT name,type,pk FROM pragma_table_info(?)").all(table) as {
    name: string;
    type: string;
    pk: number;
  }[];
  const keys = columns.filter(({ pk }) => pk > 0);
  const [key] = keys;
  return keys.length === 1 && key!.type.toUpperCase() === "INTEGER" && hasRowid(db, table)
    ? key!.name
    : undefined;
}

function hasRowid(db: ArchiveDatabase, table: string): boolean {
  return (
    db
      .prepare("SELECT 1 FROM pragma_table_list WHERE schema='main' AND name=? AND type='table' AND wr=0")
      .get(table) !== undefined
  );
}
