import { dirname } from "node:path";
import { openArchiveDatabase } from "@jarvis-crdt/store-sqlite";
import { type Backup, copyArchive, seal } from "./backup.ts";
import { busyMs } from "./examine.ts";
import { explained } from "./explained.ts";
import { checkIntegrity } from "./integrity.ts";
import { planRollback, type RollbackPlan } from "./plan-rollback.ts";
import { removeCapture } from "./remove-capture.ts";
import { holdNode } from "./running-node.ts";
import { setStateAside } from "./set-aside.ts";
import { requireSpace } from "./space.ts";

export interface RollbackOptions {
  readonly path: string;
  /** The node's state file, whether it exists or not. */
  readonly state: string;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly onStep?: (step: "backup" | "remove" | "check" | "set-aside") => void;
}

export interface Rollback {
  /** What the file was. */
  readonly plan: RollbackPlan;
  /** The file as it was before; none where nothing of ours was in it. */
  readonly backup: Backup | undefined;
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
  const plan = planRollback(path, state);
  const hold = holdNode(path, state);
  try {
    const backup = plan.state === "adopted" ? await takeOut(plan, options) : undefined;
    options.onStep?.("set-aside");
    return { plan, backup, setAside: setStateAside(state, now()), ms: performance.now() - begin };
  } finally {
    hold.release();
  }
}

async function takeOut({ path, bytes }: RollbackPlan, { now, onStep }: RollbackOptions): Promise<Backup> {
  // The backup, and SQLite's journal of the pages that change.
  requireSpace(dirname(path), bytes * 2);
  const db = openArchiveDatabase(path, { busyMs });
  try {
    onStep?.("backup");
    const backup = await seal(await copyArchive(db, path, "rollback", now()));
    onStep?.("remove");
    db.transaction(() => removeCapture(db)).immediate();
    onStep?.("check");
    checkIntegrity(db, path);
    return backup;
  } catch (error) {
    throw explained(error, path);
  } finally {
    db.close();
  }
}
