import { type ArchiveDatabase, columnsOf } from "@jarvis-crdt/store-sqlite";

/** What a file says about one of its tables. */
export interface TableFacts {
  readonly name: string;
  readonly type: "table" | "view" | "virtual" | "shadow";
  /** Columns that hold data; generated ones hold none. */
  readonly columns: readonly string[];
  /** The INTEGER PRIMARY KEY that is the rowid: a local number. */
  readonly integerKey: string | undefined;
  /** Empty where there is none. */
  readonly primaryKey: readonly string[];
  /** Other constraints by which rows can be told apart. */
  readonly uniques: readonly UniqueKey[];
}

export interface UniqueKey {
  readonly columns: readonly string[];
  /** No row can escape it by a NULL. */
  readonly isTotal: boolean;
}

/** The tables and views of a file by name, those of SQLite and our own left out. */
export function tableFacts(db: ArchiveDatabase): TableFacts[] {
  const found = db
    .prepare(
      `SELECT name,type,sql FROM sqlite_schema WHERE type IN('table','view')
       AND name NOT GLOB 'sqlite_*' AND name NOT GLOB 'crdt_*' ORDER BY name`,
    )
    .all() as { name: string; type: "table" | "view"; sql: string }[];
  return found.map(({ name, type, sql }) => {
    // Asked about a view or a virtual table, SQLite would look into what it stands for, and fail where that is gone.
    const isVirtual = /^CREATE\s+VIRTUAL\b/i.test(sql);
    const listed = type === "view" || isVirtual ? undefined : listedTable(db, name);
    if (listed?.type !== "table") {
      const other = listed?.type ?? (isVirtual ? "virtual" : "view");
      return { name, type: other, columns: [], integerKey: undefined, primaryKey: [], uniques: [] };
    }
    const declared = declaredColumns(db, name);
    const columns = columnsOf(db, name).map((column) => column.name);
    const primaryKey = declared
      .filter(({ pk }) => pk > 0)
      .sort((a, b) => a.pk - b.pk)
      .map((column) => column.name);
    const integerKey = listed.wr === 0 ? integerKeyOf(db, name, declared) : undefined;
    const uniques = uniquesOf(db, name, declared).filter((key) =>
      key.columns.every((column) => columns.includes(column)),
    );
    return { name, type: "table", columns, integerKey, primaryKey, uniques };
  });
}

function listedTable(db: ArchiveDatabase, name: string) {
  return db.prepare("SELECT type,wr FROM pragma_table_list(?) WHERE schema='main'").get(name) as {
    type: TableFacts["type"];
    wr: number;
  };
}

interface Column {
  readonly name: string;
  readonly type: string;
  readonly notnull: number;
  /** Place in the primary key from 1, or 0. */
  readonly pk: number;
}

function declaredColumns(db: ArchiveDatabase, table: string): Column[] {
  return db.prepare('SELECT name,type,"notnull",pk FROM pragma_table_xinfo(?)').all(table) as Column[];
}

function integerKeyOf(db: ArchiveDatabase, table: string, columns: readonly Column[]): string | undefined {
  const keys = columns.filter(({ pk }) => pk > 0);
  const [key] = keys;
  // An index of its own shows a key that is none of the rowid's names, such as INTEGER PRIMARY KEY DESC.
  const isIndexed = indexesOf(db, table).some(({ origin }) => origin === "pk");
  return keys.length === 1 && key!.type.toUpperCase() === "INTEGER" && !isIndexed ? key!.name : undefined;
}

function uniquesOf(db: ArchiveDatabase, table: string, columns: readonly Column[]): UniqueKey[] {
  const total = new Set(columns.filter((one) => one.notnull === 1).map(({ name }) => name));
  const namesIn = db.prepare("SELECT name FROM pragma_index_info(?) ORDER BY seqno").pluck();
  return (
    indexesOf(db, table)
      .filter(({ unique, partial, origin }) => unique === 1 && partial === 0 && origin !== "pk")
      .map(({ name }) => namesIn.all(name))
      // An indexed expression has no name.
      .filter((names): names is string[] => names.every((name) => typeof name === "string"))
      .map((names) => ({ columns: names, isTotal: names.every((name) => total.has(name)) }))
      .sort((a, b) => (a.columns.join() < b.columns.join() ? -1 : 1))
  );
}

function indexesOf(db: ArchiveDatabase, table: string) {
  return db.prepare('SELECT name,"unique",origin,partial FROM pragma_index_list(?)').all(table) as {
    name: string;
    unique: number;
    origin: string;
    partial: number;
  }[];
}
