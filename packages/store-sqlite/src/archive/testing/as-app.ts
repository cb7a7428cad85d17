import type { TableMapping } from "../../mapping.ts";
import { installCapture } from "../capture.ts";
import { type ArchiveDatabase, openArchiveDatabase } from "../database.ts";
import type { TestNode } from "./node.ts";

/** Works on a node's archive as an application does: with a connection of its own, for as long as it needs one. */
export function asApp<T>(node: Pick<TestNode, "archivePath">, work: (db: ArchiveDatabase) => T): T {
  const db = openArchiveDatabase(node.archivePath);
  try {
    return work(db);
  } finally {
    db.close();
  }
}

/** Makes the archive of a node that is not started yet, captured from its first row on. */
export function makeArchive(
  { archivePath }: Pick<TestNode, "archivePath">,
  schema: string,
  mappings: readonly TableMapping[],
): void {
  const db = openArchiveDatabase(archivePath, { create: true });
  db.exec(schema);
  installCapture(db, mappings);
  db.close();
}
