import { type ColumnGroup, CrdtError, encodeSchema } from "@jarvis-crdt/crdt";
import { keyGroup, schemaOf, type TableMapping } from "@jarvis-crdt/store-sqlite";
import type { TableChoice } from "./table-choice.ts";
import type { TableFacts } from "./table-facts.ts";

/** How a table replicates that an operator has declared; a local one, with the reason, where it cannot. */
export function mapTable(facts: TableFacts, choice: TableChoice): TableMapping {
  const { name } = facts;
  if (choice.kind === "local") return localTable(name, "declared as local");
  const found = keyOf(facts, choice);
  if (typeof found === "string") return localTable(name, found);
  const kind = choice.kind ?? (found.columns === undefined ? "records" : "map");
  const key = found.columns ?? [];
  // A local number is nobody else's business, whether rows are found by it or not.
  const local =
    facts.integerKey !== undefined && !key.includes(facts.integerKey) ? facts.integerKey : undefined;
  const data = facts.columns.filter((column) => column !== local && !key.includes(column)).sort();
  const groups = groupsOf(data, choice.groups ?? []);
  if (typeof groups === "string") return localTable(name, groups);
  const all = key.length > 0 ? [{ name: keyGroup, columns: [...key].sort() }, ...groups] : groups;
  if (all.length === 0) return localTable(name, "it has nothing but a local number");
  const mapping: TableMapping = {
    name,
    kind,
    key: facts.integerKey ?? "",
    ...(key.length > 0 ? { keyColumns: key } : {}),
    groups: all,
    initialOnly: [],
    identity: key.length > 0 ? [...key].sort() : data,
    deletes: choice.deletes ?? (kind === "grow-only" ? "evict" : "replicate"),
    stamped: false,
    typeOf: () => typeOfKind[kind],
  };
  const limit = overLimit(mapping);
  return limit === undefined ? mapping : localTable(name, limit);
}

const typeOfKind = { records: "or_set", "grow-only": "g_set", map: "lww_register" } as const;

export function localTable(name: string, why: string): TableMapping {
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
    why,
  };
}

/** Columns of a key that replicates, none for a local number, or why there is no key. */
function keyOf(facts: TableFacts, choice: TableChoice): { columns: readonly string[] | undefined } | string {
  const { type, integerKey, primaryKey, uniques } = facts;
  if (type === "view") return "it is a view: declare the tables it reads";
  if (type === "virtual") return "it is a virtual table: its rows are not in the file as such";
  if (type === "shadow") return "it belongs to a virtual table, which keeps it itself";
  const wanted = choice.key;
  if (wanted !== undefined) {
    const all = [primaryKey, ...uniques.map(({ columns }) => columns)];
    const columns = all.find((one) => isSameSet(one, wanted));
    if (columns === undefined)
      return `no PRIMARY KEY or UNIQUE constraint is on exactly ${wanted.join(", ")}; make one with CREATE UNIQUE INDEX`;
    return choice.kind === "records" ? "a key that replicates makes a map, not records" : { columns };
  }
  if (integerKey !== undefined) return { columns: choice.kind === "map" ? [integerKey] : undefined };
  const columns = primaryKey.length > 0 ? primaryKey : uniques.find(({ isTotal }) => isTotal)?.columns;
  if (columns === undefined)
    return "rows cannot be told apart: it has neither a PRIMARY KEY nor UNIQUE columns that are NOT NULL, and a rowid changes with VACUUM";
  if (choice.kind === "records")
    return `rows have no local number but the key ${columns.join(", ")}, which replicates: declare it as map`;
  return { columns };
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one) => b.includes(one));
}

function groupsOf(
  columns: readonly string[],
  declared: readonly (readonly string[])[],
): ColumnGroup[] | string {
  const taken = declared.flat();
  const unknown = taken.find((column) => !columns.includes(column));
  if (unknown !== undefined) return `a group names ${unknown}, which is no column besides the key`;
  if (new Set(taken).size !== taken.length) return "a column is in two groups";
  const rest = columns.filter((column) => !taken.includes(column));
  const groups = declared.map((group) => ({
    name: `lww(${[...group].sort().join("+")})`,
    columns: [...group].sort(),
  }));
  return [...(rest.length > 0 ? [{ name: "content", columns: rest }] : []), ...groups.sort(byName)];
}

function byName(a: ColumnGroup, b: ColumnGroup): number {
  return a.name < b.name ? -1 : 1;
}

/** The limits of the format. */
function overLimit(mapping: TableMapping): string | undefined {
  try {
    encodeSchema(schemaOf([mapping]));
    return undefined;
  } catch (error) {
    if (error instanceof CrdtError) return `it is beyond what the format allows: ${error.message}`;
    throw error;
  }
}
