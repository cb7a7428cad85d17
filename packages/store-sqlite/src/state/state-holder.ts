import { existsSync } from "node:fs";
import Database from "better-sqlite3";

/** Who has a state file open, in words: "process 42", as far as the file tells. */
export function stateHolder(path: string): string {
  if (!existsSync(path)) return "another process";
  try {
    const database = new Database(path, { readonly: true, timeout: 100 });
    try {
      const id = database.prepare("SELECT value FROM crdt_meta WHERE key = 'process'").pluck().get();
      return typeof id === "number" ? `process ${id}` : "another process";
    } finally {
      database.close();
    }
  } catch {
    // The holder may be making the file this very moment.
    return "another process";
  }
}
