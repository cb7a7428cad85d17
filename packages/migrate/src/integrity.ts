import { type ArchiveDatabase, ArchiveError } from "@jarvis-crdt/store-sqlite";

/** Values that break a declared constraint are the owner's business; they do not make a file damaged. */
const harmless = /^(NULL value in |CHECK constraint failed|ok$)/;

/**
 * Reads every page and compares every index with its table.
 *
 * @throws ArchiveError `damaged`
 */
export function checkIntegrity(db: ArchiveDatabase, path: string): void {
  const findings = db.prepare("PRAGMA integrity_check(100)").pluck().all() as string[];
  const damage = findings.find((finding) => !harmless.test(finding));
  if (damage === undefined) return;
  throw new ArchiveError(
    "damaged",
    `${path} is damaged (${JSON.stringify(damage.slice(0, 160))}); restore a backup or run ".recover" on a copy first.`,
  );
}
