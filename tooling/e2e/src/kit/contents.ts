import { proveOutside } from "@jarvis-crdt/fixtures";
import { type Cluster, type ClusterNode, waitFor } from "@jarvis-crdt/harness";
import Database from "better-sqlite3";

export interface Contents {
  /** How often each content hash stands in the archive. */
  readonly times: ReadonlyMap<string, number>;
  /** Content hashes of rows that the verifier has judged. */
  readonly judged: ReadonlySet<string>;
  readonly entries: number;
  readonly activities: number;
}

/** What stands in an archive file, as the assistant would see it. */
export function readContents(path: string): Contents {
  const db = new Database(path, { readonly: true, timeout: 5000 });
  try {
    const rows = db
      .prepare(
        "SELECT content_hash AS hash, count(*) AS times, sum(verification_status <> 'pending') AS judged " +
          "FROM archive_entries GROUP BY content_hash",
      )
      .all() as { hash: string; times: number; judged: number }[];
    const count = (table: string) => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;
    return {
      times: new Map(rows.map(({ hash, times }) => [hash, times])),
      judged: new Set(rows.filter(({ judged }) => judged > 0).map(({ hash }) => hash)),
      entries: count("archive_entries"),
      activities: count("agent_activities"),
    };
  } finally {
    db.close();
  }
}

/**
 * Content hashes of rows of which the state file remembers more than the one operation that added them (`more` of
 * `crdt_cells`): rows that were changed, or captured twice.
 */
export function readAmended({ archive, state }: ClusterNode): ReadonlySet<string> {
  const db = new Database(archive, { timeout: 5000 });
  try {
    db.prepare("ATTACH ? AS state").run(state);
    const sql = `SELECT e.content_hash FROM archive_entries e
      JOIN crdt_rows r ON r.key = e.id AND r.tbl = (SELECT id FROM crdt_tables WHERE name = 'archive_entries')
      JOIN state.crdt_cells c ON c.key = r.uid AND c.object IN
        (SELECT id FROM state.crdt_objects WHERE type = 'table' AND name = 'archive_entries')
      WHERE c.more IS NOT NULL`;
    return new Set(db.prepare(sql).pluck().all() as string[]);
  } finally {
    db.close();
  }
}

/** Waits until all nodes have one digest and all archive files the same rows; returns how many. */
export async function settled(cluster: Cluster, timeoutMs: number): Promise<number> {
  await cluster.converged(timeoutMs);
  return await archivesEqual(cluster.nodes, timeoutMs);
}

async function archivesEqual(nodes: readonly ClusterNode[], timeoutMs: number): Promise<number> {
  return await waitFor(
    async () => {
      const proofs = await Promise.all(nodes.map(({ archive }) => proveOutside(archive)));
      const whole = proofs.every(({ tables }) =>
        Object.values(tables).every((table) => table.dangling === 0 && table.identified === table.rows),
      );
      return whole && new Set(proofs.map(({ sha256 }) => sha256)).size === 1 && proofs[0]!.rows;
    },
    { what: "equal rows in all archive files", timeoutMs, intervalMs: 200 },
  );
}
