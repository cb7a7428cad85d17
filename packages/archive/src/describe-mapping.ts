import type { ArchiveDatabase, TableMapping } from "@jarvis-crdt/store-sqlite";
import { type TypeRules, typeRules } from "./crdt-type.ts";
import { type MapOptions, mapArchive } from "./map-archive.ts";

/** The mapping as printable data. */
export interface MappingDocument {
  readonly operations: TypeRules;
  readonly tables: readonly TableDocument[];
  /** Tables that are declared and not in the file. */
  readonly missing: readonly string[];
}

/** How one table replicates, as plain data for people and programs. */
export interface TableDocument {
  readonly name: string;
  readonly kind: TableMapping["kind"];
  /** Columns of the key that replicates; null where rows are told apart by a local number, and in a local table. */
  readonly key: readonly string[] | null;
  /** Columns by group. A group is written, and merged, as a whole. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** Groups of which only a row's first value travels. */
  readonly first_value_only: readonly string[];
  /** Columns that stay on each node. */
  readonly local_columns: readonly string[];
  readonly deletes: TableMapping["deletes"] | null;
  /** Why a table is local. */
  readonly why: string | null;
  /** It is declared to replicate, and cannot. */
  readonly refused: boolean;
}

type Declared = NonNullable<MapOptions["tables"]>;

/** What replicates of a file, as what, and what does not and why. */
export function describeMapping(db: ArchiveDatabase, options: MapOptions = {}): MappingDocument {
  const mappings = mapArchive(db, options);
  const declared = options.tables ?? {};
  const here = new Set(mappings.map(({ name }) => name));
  return {
    operations: typeRules(options.operations),
    tables: mappings.map((mapping) => describe(mapping, declared)),
    missing: Object.keys(declared).filter((name) => !here.has(name)),
  };
}

function describe(mapping: TableMapping, declared: Declared): TableDocument {
  const { name, kind, groups, initialOnly, keyColumns, key, deletes, why } = mapping;
  const isLocal = kind === "local";
  return {
    name,
    kind,
    key: keyColumns ?? null,
    groups: Object.fromEntries(groups.map((group) => [group.name, group.columns])),
    first_value_only: initialOnly,
    local_columns: isLocal || key === "" || keyColumns?.includes(key) ? [] : [key],
    deletes: isLocal ? null : deletes,
    why: why ?? null,
    refused: isRefused(mapping, declared),
  };
}

/** Whether a table is declared to replicate and cannot. */
export function isRefused({ name, kind }: TableMapping, declared: Declared): boolean {
  return kind === "local" && Object.hasOwn(declared, name) && declared[name]!.kind !== "local";
}
