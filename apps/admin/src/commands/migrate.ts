import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type Adoption, type AdoptionPlan, applyAdoption, planAdoption } from "@jarvis-crdt/migrate";
import { hasher } from "@jarvis-crdt/security";
import { type Command, InvalidArgumentError } from "commander";
import { confirm } from "../ui/confirm.ts";
import { Progress } from "../ui/progress.ts";
import { note } from "../ui/terminal.ts";
import { type StateFile, showPlan, showResult } from "./migrate-report.ts";
import { withExamples, withJson } from "./options.ts";

interface Options {
  readonly archive: string;
  readonly state?: string;
  readonly batchSize: number;
  readonly allowTrigger?: true;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly json?: true;
}

const maxBatch = 10_000;

export function addMigrate(root: Command): void {
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
    .option("--allow-trigger", "accept triggers of yours that write into replicated tables")
    .option("--yes", "do not ask");
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
}

function withFile(command: Command): Command {
  return withJson(command)
    .requiredOption("--archive <file>", "the assistant's archive file")
    .option("--state <file>", "the node's state file (default: crdt_state.db beside the archive)")
    .option(
      "--batch-size <rows>",
      "rows marked in one transaction, for which the assistant waits",
      batchSize,
      1000,
    );
}

function batchSize(text: string): number {
  const rows = Number(text);
  if (!/^\d{1,6}$/.test(text) || rows < 1 || rows > maxBatch) {
    throw new InvalidArgumentError(`Allowed: an integer from 1 to ${maxBatch}.`);
  }
  return rows;
}

function stateFile({ archive, state }: Options): StateFile {
  const path = state ?? join(dirname(archive), "crdt_state.db");
  return { path: resolve(path), exists: existsSync(path) };
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
