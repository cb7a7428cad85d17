import type { ArchiveDatabase } from "./database.ts";
import { prepared } from "./statements.ts";

/** A number that is another one after each write of another connection to this file. */
export function dataVersion(db: ArchiveDatabase): number {
  return prepared(db, "PRAGMA data_version").pluck().get() as number;
}
