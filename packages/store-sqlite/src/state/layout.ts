import { StoreError } from "@jarvis-crdt/store";
import type { Database } from "better-sqlite3";
import { applicationId, digests, layoutVersion } from "./ddl.ts";

/** What makes a file of an older layout one of the next. It changes our tables alone: the log stays as it is. */
const upgrades: ReadonlyMap<number, string> = new Map([
  [
    1,
    // The digest's tree was of fixed shape: it is built anew, from all batches that are interpreted.
    `DROP TABLE crdt_leaves; DROP TABLE crdt_stale; DROP TABLE crdt_digests; ${digests}
     INSERT OR IGNORE INTO crdt_undigested(log, first) SELECT log, first FROM crdt_batches b
       WHERE NOT EXISTS (SELECT 1 FROM crdt_waiting w WHERE w.log = b.log AND b.first BETWEEN w.first AND w.last)`,
  ],
]);

/**
 * Brings a state file to this version's layout, in one transaction: a process that is killed meanwhile leaves it as it was.
 * Throws StoreError `wrong-file` where it is none, or of a later version.
 */
export function upgradeLayout(database: Database, path: string): void {
  const version = checkLayout(database, path);
  if (version === layoutVersion) return;
  database
    .transaction(() => {
      for (let from = version; from < layoutVersion; from++) database.exec(upgrades.get(from)!);
      database.pragma(`user_version = ${layoutVersion}`);
    })
    .immediate();
}

/**
 * Returns the layout of a state file that this version can read; those before the present one differ in tables of which
 * only a running node has need. Throws StoreError `wrong-file`.
 */
export function checkLayout(database: Database, path: string): number {
  if (database.pragma("application_id", { simple: true }) !== applicationId)
    throw new StoreError("wrong-file", `${path} is not a state file; check the path`);
  const version = database.pragma("user_version", { simple: true }) as number;
  if (version !== layoutVersion && !upgrades.has(version)) {
    throw new StoreError(
      "wrong-file",
      `${path} has layout ${version}, and this version knows layouts up to ${layoutVersion}: use the version that wrote it, or a later one`,
    );
  }
  return version;
}
