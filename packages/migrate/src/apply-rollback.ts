import { dirname } from "node:path";
import { workflowSchema } from "@jarvis-crdt/archive";
import { type ArchiveDatabase, openArchiveDatabase } from "@jarvis-crdt/store-sqlite";
import { type Backup, copyArchive, seal } from "./backup.ts";
import { compareSchema } from "./compare-schema.ts";
import { legacy } from "./difference.ts";
import { busyMs } from "./examine.ts";
import { explained } from "./explained.ts";
import { checkIntegrity } from "./integrity.ts";
import { planRollback, type RollbackPlan } from "./plan-rollback.ts";
import { deleteRemoteRows } from "./remote-rows.ts";
import { removeCapture } from "./remove-capture.ts";
import { holdNode } from "./running-node.ts";
import { setStateAside } from "./set-aside.ts";
import { requireSpace } from "./space.ts";

/** The archive and the state of a node, and how much is undone. */
export interface RollbackOptions {
  readonly path: string;
  /** The node's state file, whether it exists or not. */
  readonly state: string;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Rows that came from other nodes go, too; those that this archive had when it was adopted, or wrote itself, stay. */
  readonly localOnly?: boolean;
}

/** What a rollback has done. */
export interface Rollback {
  /** What the file was. */
  readonly plan: RollbackPlan;
  /** The file as it was before; none where nothing of ours was in it. */
  readonly backup: Backup | undefined;
  /** What is not as in the backup from before the adoption, one sentence each: what the owner has changed since. */
  readonly schema: readonly string[];
  /** Where state file and fence are now. */
  readonly setAside: readonly string[];
  readonly ms: number;
}

/**
 * Undoes an adoption and keeps every row: what the assistant wrote since, and what other nodes wrote and it has seen.
 * The file changes in one transaction, the state is moved aside after it; killed at any moment, the next call goes on. A
 * file that is rolled back already stays as it is.
 *
 * @throws ArchiveError `missing`, `not-sqlite`, `damaged`; MigrateError `in-use`, `busy`, `no-space`, `depends-on-us`;
 * the file is unchanged
 */
export async function applyRollback(options: RollbackOptions): Promise<Rollback> {
  const { path, state, now } = options;
  const begin = performance.now();
  const plan = planRollback(path, state, options.localOnly);
  const hold = holdNode(path, state);
  try {
    const taken = plan.state === "adopted" ? await takeOut(plan, options) : { backup: undefined, schema: [] };
    return { plan, ...taken, setAside: setStateAside(state, now()), ms: performance.now() - begin };
  } finally {
    hold.release();
  }
}

async function takeOut(
  plan: RollbackPlan,
  { now, state, localOnly }: RollbackOptions,
): Promise<{ backup: Backup; schema: readonly string[] }> {
  const { path, bytes } = plan;
  // The backup, and SQLite's journal of the pages that change.
  requireSpace(dirname(path), bytes * 2);
  const db = openArchiveDatabase(path, { busyMs });
  try {
    const backup = await seal(await copyArchive(db, path, "rollback", now()));
    db.transaction(() => {
      if (localOnly) deleteRemoteRows(db, path, state);
      removeCapture(db);
      if (plan.backup === undefined) dropEmptyWorkflows(db);
    }).immediate();
    checkIntegrity(db, path);
    return { backup, schema: plan.backup === undefined ? [] : schemaSince(db, plan.backup) };
  } catch (error) {
    throw explained(error, path);
  } finally {
    db.close();
  }
}

/** An archive that was made from an empty file got the plan's table from us; one that was adopted has a backup. */
function dropEmptyWorkflows(db: ArchiveDatabase): void {
  const table = "agent_workflow_states";
  const text = db.prepare("SELECT sql FROM sqlite_schema WHERE type='table' AND name=?").pluck().get(table);
  const isOurs = typeof text === "string" && workflowSchema.includes(text.replace("CREATE TABLE ", ""));
  if (!isOurs || db.prepare(`SELECT 1 FROM ${table}`).get() !== undefined) return;
  db.exec(`DROP TABLE ${table}`);
}

function schemaSince(db: ArchiveDatabase, backup: string): string[] {
  db.prepare(`ATTACH ? AS ${legacy}`).run(backup);
  return compareSchema(db, false);
}
