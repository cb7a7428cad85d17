import { StoreError } from "@jarvis-crdt/store";
import Database from "better-sqlite3";
import { checkLayout } from "./layout.ts";

/** Opens a state file to read it, whether its node runs or not. Throws `StoreError` `wrong-file`. */
export function openReadOnly(path: string): Database.Database {
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { readonly: true, fileMustExist: true, timeout: 5_000 });
    checkLayout(database, path);
    return database;
  } catch (error) {
    database?.close();
    const code = error instanceof Database.SqliteError ? error.code : "";
    if (code === "SQLITE_NOTADB")
      throw new StoreError("wrong-file", `${path} is not a state file; check the path`);
    if (code.startsWith("SQLITE_CANTOPEN"))
      throw new Database.SqliteError(
        `${path} cannot be opened; check that the file is there, and that it and its folder may be read and written`,
        code,
      );
    throw error;
  }
}
