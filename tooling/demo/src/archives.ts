import { chmodSync, copyFileSync } from "node:fs";
import { generateArchive } from "@jarvis-crdt/fixtures";
import type { ClusterNode } from "@jarvis-crdt/harness";
import Database from "better-sqlite3";
import type { Options } from "./options.ts";

/** Gives node 1 the archive to adopt, and the others an empty one of the same shape. Returns the rows to replicate. */
export async function layOutArchives(nodes: readonly ClusterNode[], options: Options): Promise<number> {
  const [first, ...others] = nodes;
  if (!first) return 0;
  if (options.archive === undefined) generateArchive({ path: first.archive, rows: options.rows, seed: 1 });
  else {
    copyFileSync(options.archive, first.archive);
    chmodSync(first.archive, 0o600);
  }
  await adopt(first, options.archive);
  const rows = countRows(first.archive);
  if (options.archive !== undefined) {
    for (const node of others) {
      emptyCopy(options.archive, node.archive);
      await node.adopt();
    }
  }
  return rows;
}

/** Says what `jarvisctl` said, of the file that was given rather than of its copy. */
async function adopt(node: ClusterNode, given: string | undefined): Promise<void> {
  try {
    await node.adopt();
  } catch (error) {
    const said = /jarvisctl: (.*)\s*$/.exec(error instanceof Error ? error.message : "")?.[1];
    if (given === undefined || said === undefined) throw error;
    throw new Error(said.replaceAll(node.archive, given));
  }
}

const replicated = ["archive_entries", "agent_activities"];

function countRows(path: string): number {
  using db = disposable(new Database(path, { readonly: true }));
  let rows = 0;
  for (const table of replicated) {
    const known = db.value
      .prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?")
      .get(table);
    if (known) rows += (db.value.prepare(`SELECT count(*) AS n FROM ${table}`).get() as { n: number }).n;
  }
  return rows;
}

/** The tables, indexes, views and triggers of a file without its rows. */
function emptyCopy(from: string, to: string): void {
  using source = disposable(new Database(from, { readonly: true }));
  using target = disposable(new Database(to));
  const statements = source.value
    .prepare(
      "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type = 'table' DESC, rowid",
    )
    .all() as { sql: string }[];
  for (const { sql } of statements) target.value.exec(sql);
}

function disposable(db: Database.Database): { value: Database.Database } & Disposable {
  return { value: db, [Symbol.dispose]: () => db.close() };
}
