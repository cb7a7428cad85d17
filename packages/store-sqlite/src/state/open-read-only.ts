import { StoreError } from "@jarvis-crdt/store";
import Database from "better-sqlite3";
import { checkLayout } from "./layout.ts";

/** Opens a state file to read it, whether its node runs or not. Throws `StoreError` `wrong-file`. */
export function openReadOnly(path: string): Database.Database {
  const database = new Database(path, { readonly: true, fileMustExist: true, timeout: 5_000 });
  try {
    checkLayout(database, path);
    return database;
  } catch (error) {
    database.close();
    if (error instanceof Database.SqliteError && error.code === "SQLITE_NOTADB")
      throw new StoreError("wrong-file", `${path} is not a state file; check the path`);
    throw error;
  }
}
