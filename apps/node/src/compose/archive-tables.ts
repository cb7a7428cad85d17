import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { createArchive, isRefused, type MapOptions, mapArchive, NewRows } from "@jarvis-crdt/archive";
import type { Configuration } from "@jarvis-crdt/config";
import { hasher } from "@jarvis-crdt/security";
import {
  type ArchiveDatabase,
  openArchiveDatabase,
  type SqliteStore,
  schemaOf,
  type TableMapping,
  uidOfInsert,
  withDeclared,
} from "@jarvis-crdt/store-sqlite";
import type { Logger } from "pino";
import { Entries } from "./entries.ts";

/** How the tables of a configuration's archive replicate; makes the file where there is none. */
export function readMappings(configuration: Configuration): readonly TableMapping[] {
  return readArchive(configuration, (found) => found);
}

/** What makes rows of the archive's tables as they are now. */
export function makeEntries(configuration: Configuration, store: SqliteStore): Entries {
  return readArchive(configuration, (found, db) => {
    const mappings = withDeclared(found, store.state.declaredSchema ?? schemaOf(found));
    return new Entries(
      new NewRows(db, mappings, { uid: () => uidOfInsert(Date.now(), randomBytes(10)), hasher }),
      mappings,
      Date.now,
    );
  });
}

/** Tells of declared tables that cannot replicate; the others do. */
export function warnOfTables(
  { tables }: Configuration,
  mappings: readonly TableMapping[],
  logger: Logger,
): void {
  for (const mapping of mappings)
    if (isRefused(mapping, tables))
      logger.error(
        { code: "table-refused", table: mapping.name },
        `a declared table stays local: ${mapping.why}`,
      );
  for (const name of Object.keys(tables))
    if (!mappings.some((mapping) => mapping.name === name))
      logger.warn({ table: name }, "a declared table is not in the archive; it replicates once it is made");
}

/** What of a configuration says how tables replicate. */
export function mapOptions({ archive: { operations }, tables }: Configuration): MapOptions {
  return { operations, tables };
}

/** Whether there is a file without any table: a process that was making it was killed, or lost power. */
function isBegun(path: string): boolean {
  const db = openArchiveDatabase(path, { busyMs: 5000 });
  try {
    return db.prepare("SELECT 1 FROM sqlite_schema").get() === undefined;
  } finally {
    db.close();
  }
}

function readArchive<T>(
  configuration: Configuration,
  use: (mappings: readonly TableMapping[], db: ArchiveDatabase) => T,
): T {
  const { path } = configuration.archive;
  if (!existsSync(path) || isBegun(path)) createArchive(path);
  const db = openArchiveDatabase(path, { busyMs: 5000 });
  try {
    // The application may change a table between two statements.
    return db.transaction(() => use(mapArchive(db, mapOptions(configuration)), db)).deferred();
  } finally {
    db.close();
  }
}
