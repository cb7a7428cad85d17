import { type Adoption, type AdoptionPlan, applyAdoption, planAdoption } from "@jarvis-crdt/migrate";
import { hasher } from "@jarvis-crdt/security";
import type { Command } from "commander";
import { confirm } from "../ui/confirm.ts";
import { Progress } from "../ui/progress.ts";
import { note } from "../ui/terminal.ts";
import { type FileOptions, type StateFile, stateFile, withFile } from "./migrate-options.ts";
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
  const migrate = root.command("migrate").description("Adopt an existing archive file of the assistant.");
  const plan = withFile(migrate.command("plan").description("Show what adopting would do. Changes nothing."));
  withExamples(plan, "migrate plan --archive data/jarvis_archive.db").action((options: Options) => {
    showPlan(planAdoption(options.archive), stateFile(options), options.json);
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
      const plan = planAdoption(options.archive);
      const state = stateFile(options);
      if (options.dryRun) return showPlan(plan, state, options.json);
      await adopt(plan, state, options);
    });
  addVerify(migrate, end);
  addRollback(migrate);
}

async function adopt(plan: AdoptionPlan, state: StateFile, options: Options): Promise<void> {
  if (plan.state !== "adopted") {
    if (!options.json) showPlan(plan, state, undefined);
    await confirm(`This changes ${options.archive}.`, options.yes);
  }
  const progress = new Progress();
  const waiting = setTimeout(() => note("Checking and backing up the file…"), 1000);
  let done: Adoption;
  try {
    done = await applyAdoption({
      path: options.archive,
      hash: hasher.hash,
      now: Date.now,
      batchSize: options.batchSize,
      allowTriggers: options.allowTrigger ?? false,
      onProgress: ({ table, rows }) => {
        clearTimeout(waiting);
        progress.update(`Marking ${table}`, rows, plan.rows);
      },
    });
  } finally {
    clearTimeout(waiting);
    progress.end();
  }
  showResult(done, state, options.json);
}
