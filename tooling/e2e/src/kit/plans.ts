import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { ClusterNode } from "@jarvis-crdt/harness";
import Database from "better-sqlite3";

/** What the two files of a node say about the last plans of rule M; null where there is none. */
export interface Plans {
  /** The plan that the archive carries. */
  readonly carried: string | null;
  /** Committed to the state; whether the archive carries it was not known yet. */
  readonly intended: string | null;
  /** Known to be carried. */
  readonly confirmed: string | null;
}

/**
 * Where in rule M a process was when it died: `planned` between the commit of the state file and that of the archive ·
 * `carried` between the archive's and the confirmation · `outside` anywhere else.
 */
export type Phase = "planned" | "carried" | "outside";

/** Reads copies of the files, so that nothing is recovered before the node itself does. Nobody may write meanwhile. */
export function readPlans(node: ClusterNode): Plans {
  return withCopy(node.archive, (archive) =>
    withCopy(node.state, (state) => {
      const has = (db: Database.Database, table: string) =>
        db.prepare("SELECT 1 FROM sqlite_schema WHERE name = ?").get(table) !== undefined;
      const meta = (key: string) =>
        has(state, "crdt_meta")
          ? ((state.prepare("SELECT value FROM crdt_meta WHERE key = ?").pluck().get(key) ?? null) as
              | string
              | null)
          : null;
      const intended = meta("intended");
      return {
        carried: has(archive, "crdt_marker")
          ? ((archive.prepare("SELECT nonce FROM crdt_marker").pluck().get() ?? null) as string | null)
          : null,
        intended: intended === null ? null : (JSON.parse(intended) as { nonce: string }).nonce,
        confirmed: meta("confirmed"),
      };
    }),
  );
}

/** What the process did that ran between the two readings. */
export function phaseOf(before: Plans, after: Plans): Phase {
  if (after.intended === null || after.intended === before.intended) return "outside";
  return after.carried === after.intended ? "carried" : "planned";
}

function withCopy<T>(path: string, body: (db: Database.Database) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "jarvis-e2e-copy-"));
  try {
    for (const suffix of ["", "-wal", "-journal"])
      if (existsSync(path + suffix)) copyFileSync(path + suffix, join(folder, basename(path) + suffix));
    const db = new Database(join(folder, basename(path)));
    try {
      return body(db);
    } finally {
      db.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
