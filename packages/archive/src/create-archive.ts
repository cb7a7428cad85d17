import {
  ArchiveError,
  installCapture,
  openArchiveDatabase,
  type TableMapping,
} from "@jarvis-crdt/store-sqlite";
import { mapArchive } from "./map-archive.ts";
import { archiveSchema, workflowSchema } from "./schema.ts";

/**
 * Makes an own, empty archive: v0.2's schema, the plan's columns, captured from the first row on. In write-ahead mode,
 * because no other program has used the file yet. A file that is there must be empty (0 bytes).
 *
 * @returns how its tables replicate
 * @throws ArchiveError `not-empty`
 */
export function createArchive(path: string): TableMapping[] {
  const db = openArchiveDatabase(path, { create: true });
  try {
    if (db.prepare("SELECT 1 FROM sqlite_schema").get() !== undefined) {
      throw new ArchiveError("not-empty", `${path} holds tables already; adopt it instead of creating it.`);
    }
    db.pragma("page_size = 4096");
    db.pragma("journal_mode = WAL");
    return db
      .transaction(() => {
        db.exec(archiveSchema + workflowSchema);
        const mappings = mapArchive(db);
        installCapture(db, mappings);
        return mappings;
      })
      .immediate();
  } finally {
    db.close();
  }
}
