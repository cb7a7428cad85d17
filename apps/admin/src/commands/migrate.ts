import {
  type Adoption,
  type AdoptionPlan,
  type AdoptionProgress,
  applyAdoption,
  type DataPatterns,
  findPatterns,
  planAdoption,
  refusalOf,
} from "@jarvis-crdt/migrate";
import { hasher } from "@jarvis-crdt/security";
import type { Command } from "commander";
import { exitCode } from "../failure.ts";
import { confirm } from "../ui/confirm.ts";
import { Progress } from "../ui/progress.ts";
import { addGuard } from "./migrate-guard.ts";
import { type FileOptions, mapped, type StateFile, stateFile, withFile } from "./migrate-options.ts";
import { showPlan, showResult } from "./migrate-report.ts";
import { addRollback } from "./migrate-rollback.ts";
import { addVerify } from "./migrate-verify.ts";
import { withExamples } from "./options.ts";

interface Options extends FileOptions {
  readonly allowTrigger?: true;
  readonly dryRun?: true;
}

/** `end` receives the exit code where a verified file is not what it should be. */
export function addMigrate(root: Command, end: (code: number) => void): void {
  const migrate = root
    .command("migrate")
    .description("Adopt an existing archive of the assistant, and undo it.");
  const plan = withFile(
    migrate.command("plan").description("Show what adopting would do. Changes nothing."),
    true,
  );
  withExamples(plan, "migrate plan --archive data/jarvis_archive.db").action((options: Options) => {
    if (!explain(planOf(options), options)) end(exitCode.failed);
  });

  const apply = withFile(
    migrate
      .command("apply")
      .description("Back the file up and adopt it. The assistant may go on working meanwhile."),
  )
    .option("--dry-run", "the same as migrate plan")
    .option("--allow-trigger", "accept triggers of yours that write into replicated tables");
  withExamples(
    apply,
    "migrate apply --archive data/jarvis_archive.db",
    "migrate apply --archive data/jarvis_archive.db --batch-size 200 --yes --json",
  )
    .addHelpText("after", "\nKilled at any moment, it goes on from there when called again.")
    .action(async (options: Options) => {
      const plan = planOf(options);
      const state = stateFile(options);
      if (!options.dryRun) return await adopt(plan, state, options);
      if (!explain(plan, options)) end(exitCode.failed);
    });
  addVerify(migrate, end);
  addRollback(migrate);
  addGuard(migrate, end);
}

function planOf(options: Options): AdoptionPlan {
  return planAdoption({
    path: options.archive,
    state: stateFile(options).path,
    allowTriggers: options.allowTrigger ?? false,
    ...mapped(options),
  });
}

/** Shows what adopting would do and with what data. Whether it may be done. */
function explain(plan: AdoptionPlan, options: Options): boolean {
  const progress = new Progress();
  let patterns: DataPatterns;
  try {
    const total = plan.tables.reduce((sum, { rows }) => sum + rows, 0);
    patterns = findPatterns({
      path: options.archive,
      onProgress: ({ table, rows }) => progress.update(`Reading ${table}, rows`, rows, total),
    });
  } finally {
    progress.end();
  }
  showPlan(plan, stateFile(options), options.json, patterns);
  return refusalOf(plan) === undefined;
}

async function adopt(plan: AdoptionPlan, state: StateFile, options: Options): Promise<void> {
  const refusal = refusalOf(plan);
  if (refusal !== undefined) throw refusal;
  if (plan.state !== "adopted") {
    if (!options.json) showPlan(plan, state, undefined);
    await confirm(`This changes ${options.archive}.`, options.yes);
  }
  const progress = new Progress();
  const stop = new AbortController();
  // The second Ctrl-C ends the process at once; that is safe, too.
  const onInterrupt = () => stop.abort();
  process.once("SIGINT", onInterrupt);
  let done: Adoption;
  try {
    done = await applyAdoption({
      path: options.archive,
      state: state.path,
      hash: hasher.hash,
      now: Date.now,
      batchSize: options.batchSize,
      allowTriggers: options.allowTrigger ?? false,
      ...mapped(options),
      signal: stop.signal,
      onProgress: ({ step, done, total }) => progress.update(stepNames[step], done, total),
    });
  } finally {
    process.off("SIGINT", onInterrupt);
    progress.end();
  }
  showResult(done, state, options.json);
}

const stepNames: Readonly<Record<AdoptionProgress["step"], string>> = {
  "back up": "Backing up, pages",
  mark: "Marking, rows",
};
