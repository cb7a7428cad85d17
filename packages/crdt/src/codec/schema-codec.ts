import { CrdtError } from "../error.ts";
import { maxColumns, maxGroups, maxNameBytes, maxSchemaBytes, maxTables } from "../limits.ts";
import type { ColumnGroup, Schema, TableSchema } from "../schema.ts";
import { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { withWriter } from "./scratch.ts";
import { utf8Length } from "./text.ts";

const kinds = ["records", "grow-only", "map"] as const satisfies readonly TableSchema["kind"][];

/** Canonical bytes of a schema, of which its id is the hash. The order of tables, groups and columns is part of it. */
export function encodeSchema(schema: Schema): Uint8Array {
  return withWriter((writer) => {
    writeCount(writer, schema.tables.length, maxTables, "tables");
    checkDistinct(schema.tables.map((table) => table.name));
    for (const table of schema.tables) writeTable(writer, table);
    if (writer.length > maxSchemaBytes) throw schemaTooLarge();
    return writer.slice();
  });
}

/** Strict: names are distinct and not empty, counts within the limits, nothing follows. */
export function decodeSchema(bytes: Uint8Array): Schema {
  if (bytes.length > maxSchemaBytes) throw schemaTooLarge();
  const reader = new ByteReader(bytes);
  const tables: TableSchema[] = [];
  for (let rest = reader.count(maxTables, 4); rest > 0; rest--) tables.push(readTable(reader));
  checkDistinct(tables.map((table) => table.name));
  reader.end();
  return { tables };
}

function writeTable(writer: ByteWriter, table: TableSchema): void {
  writeName(writer, table.name);
  const kind = kinds.indexOf(table.kind);
  if (kind < 0) throw new CrdtError("invalid-schema", "unknown kind of table");
  writer.u8(kind + 1);
  writeCount(writer, table.groups.length, maxGroups, "groups");
  checkGroups(table.groups);
  for (const group of table.groups) {
    writeName(writer, group.name);
    writeCount(writer, group.columns.length, maxColumns, "columns");
    for (const column of group.columns) writeName(writer, column);
  }
}

function readTable(reader: ByteReader): TableSchema {
  const name = readName(reader);
  const kind = kinds[reader.u8() - 1];
  if (kind === undefined) throw new CrdtError("invalid-schema", "unknown kind of table");
  const groups: ColumnGroup[] = [];
  for (let rest = reader.count(maxGroups, 4); rest > 0; rest--) {
    const group = readName(reader);
    const columns: string[] = [];
    for (let more = reader.count(maxColumns, 2); more > 0; more--) columns.push(readName(reader));
    groups.push({ name: group, columns });
  }
  checkGroups(groups);
  return { name, kind, groups };
}

function checkGroups(groups: readonly ColumnGroup[]): void {
  checkDistinct(groups.map((group) => group.name));
  const columns = groups.flatMap((group) => group.columns);
  if (columns.length > maxColumns) throw tooMany("columns", maxColumns);
  checkDistinct(columns);
  for (const group of groups) {
    if (group.columns.length === 0) throw new CrdtError("invalid-schema", "a column group without columns");
  }
}

function checkDistinct(names: readonly string[]): void {
  if (new Set(names).size !== names.length) throw new CrdtError("invalid-schema", "a name occurs twice");
}

function writeCount(writer: ByteWriter, count: number, limit: number, what: string): void {
  if (count > limit) throw tooMany(what, limit);
  writer.varint(count);
}

function tooMany(what: string, limit: number): CrdtError {
  return new CrdtError("too-large", `more than ${limit} ${what}`);
}

function writeName(writer: ByteWriter, name: string): void {
  if (name.length === 0 || utf8Length(name) > maxNameBytes) {
    throw new CrdtError("invalid-schema", `a name has 1 to ${maxNameBytes} bytes`);
  }
  writer.str(name);
}

function readName(reader: ByteReader): string {
  const name = reader.str(maxNameBytes);
  if (name === "") throw new CrdtError("invalid-schema", "an empty name");
  return name;
}

function schemaTooLarge(): CrdtError {
  return new CrdtError("too-large", `a schema may have ${maxSchemaBytes} bytes`);
}
