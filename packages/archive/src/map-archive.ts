import type { ColumnGroup, Value } from "@jarvis-crdt/crdt";
import { type ArchiveDatabase, stampColumns, type TableMapping } from "@jarvis-crdt/store-sqlite";
import { type EntryType, typeAssigner, typeRules } from "./crdt-type.ts";
import { localTable, mapTable } from "./map-table.ts";
import type { TableChoice } from "./table-choice.ts";
import { type TableFacts, tableFacts } from "./table-facts.ts";

/** What an operator says about the mapping. Plain data. */
export interface MapOptions {
  /** Patterns of operations and their CRDT types, ahead of the built-in ones. */
  readonly operations?: Readonly<Record<string, EntryType>>;
  /** Tables by name. */
  readonly tables?: Readonly<Record<string, TableChoice>>;
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
 * - `agent_workflow_states`: a map; agent and workflow are the key, on whatever node the agent runs;
 * - `verification_queue` (local work: replicated, every node would verify everything): local;
 * - other tables: as the operator declares them, local where nobody does. Views are passed over unless declared.
 *
 * Columns within a group are in the order of their names, so that files with swapped columns have one schema.
 */
export function mapArchive(db: ArchiveDatabase, options: MapOptions = {}): TableMapping[] {
  const declared = options.tables ?? {};
  return tableFacts(db)
    .filter(({ name, type }) => type !== "view" || Object.hasOwn(declared, name))
    .map((facts) => mapKnown(facts, options));
}

function mapKnown(facts: TableFacts, options: MapOptions): TableMapping {
  const { name } = facts;
  const choice = Object.hasOwn(options.tables ?? {}, name) ? options.tables![name]! : undefined;
  switch (name) {
    case "archive_entries": {
      if (choice?.kind === "local") return localTable(name, "declared as local");
      if (facts.integerKey === undefined) return localTable(name, "its rows have no INTEGER PRIMARY KEY");
      const typeOf = typeAssigner(typeRules(options.operations));
      return entriesTable(facts.columns, facts.integerKey, typeOf, choice?.deletes ?? "evict");
    }
    case "agent_activities":
      return mapTable(facts, { kind: "grow-only", ...choice });
    case "agent_workflow_states":
      return {
        ...mapTable(facts, { kind: "map", key: ["agent_id", "workflow_id"], ...choice }),
        typeOf: typeColumn,
      };
    case "verification_queue":
      if (choice === undefined)
        return localTable(name, "local work: replicated, every node would verify everything");
  }
  return choice === undefined ? localTable(name, "not declared") : mapTable(facts, choice);
}

function entriesTable(
  columns: readonly string[],
  key: string,
  typeOf: (operation: string) => string,
  deletes: TableMapping["deletes"],
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
    deletes,
    stamped: true,
    typeOf: (values) => {
      const operation = values.get("operation");
      return typeOf(typeof operation === "string" ? operation : "");
    },
  };
}

function typeColumn(values: ReadonlyMap<string, Value>): string {
  const type = values.get("crdt_type");
  return typeof type === "string" ? type : "or_set";
}
