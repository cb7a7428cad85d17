import { escapeText } from "@jarvis-crdt/config";
import { applyRollback, planRollback, type Rollback, type RollbackPlan } from "@jarvis-crdt/migrate";
import type { Command } from "commander";
import { confirm } from "../ui/confirm.ts";
import { facts } from "../ui/table.ts";
import { colour, note, print, printJson } from "../ui/terminal.ts";
import { type FileOptions, stateFile, withFile } from "./migrate-options.ts";
import { withExamples } from "./options.ts";

interface Options extends FileOptions {
  readonly dryRun?: true;
  readonly localOnly?: true;
}

/** Above this the assistant, which waits for 5 s, may fail. */
const longLockMs = 2_000;

export function addRollback(migrate: Command): void {
  const rollback = withFile(
    migrate
      .command("rollback")
      .description("Undo an adoption. Every row stays, also what was written since. Stop jarvisd first."),
  )
    .option("--dry-run", "show what would be done, and change nothing")
    .option("--local-only", "take rows that came from other nodes out as well");
  withExamples(
    rollback,
    "migrate rollback --archive data/jarvis_archive.db --dry-run",
    "migrate rollback --archive data/jarvis_archive.db --yes --json",
    "migrate rollback --archive data/jarvis_archive.db --local-only --yes",
  )
    .addHelpText(
      "after",
      "\nRows that other nodes wrote stay, too: the assistant has seen them. With --local-only they go, as the state file" +
        "\ntells them apart; rows that this archive had when it was adopted, or wrote since, stay with the values they have." +
        "\nTo have the file as it was, copy the backup from before the adoption back, which loses what was written since." +
        "\nAdopted anew, the file has rows twice that were written in between and that other nodes have. To go on after all," +
        "\nput the backup from before the rollback and the files that were moved aside back, and start jarvisd." +
        "\nKilled at any moment, it goes on from there when called again.",
    )
    .action(async (options: Options) => {
      const state = stateFile(options).path;
      const localOnly = options.localOnly ?? false;
      const plan = planRollback(options.archive, state, localOnly);
      if (options.dryRun) return showRollbackPlan(plan, options.json);
      if (plan.steps.length > 0) {
        if (!options.json) showRollbackPlan(plan, undefined);
        await confirm(`This changes ${options.archive}.`, options.yes);
      }
      const waiting = setTimeout(() => note("Backing up, removing, checking…"), 1000);
      try {
        const done = await applyRollback({ path: options.archive, state, now: Date.now, localOnly });
        clearTimeout(waiting);
        showRollback(done, options.json);
      } finally {
        clearTimeout(waiting);
      }
    });
}

function showRollbackPlan(plan: RollbackPlan, json: true | undefined): void {
  if (json) {
    printJson(plan);
    return;
  }
  const { path, state, node, rows, remote, removed, unsent, backup, lockMs, steps } = plan;
  const gone = removed.reduce((sum, one) => sum + one.rows, 0);
  print(
    facts([
      ["archive", path],
      ["is", state === "adopted" ? "an adopted archive" : "an archive without anything of ours"],
      ["node", node],
      ["rows that stay", rows.reduce((sum, one) => sum + one.rows, 0) - gone],
      ["of other nodes", remote],
      ["not sent yet", unsent],
      ["backup from before", backup ?? "none"],
    ]),
  );
  if (steps.length === 0) print("\nNothing is to be done.");
  else print(`\n${steps.map((step, index) => `${index + 1}. ${escapeText(step, 1000)}`).join("\n")}`);
  if (lockMs > longLockMs) {
    const seconds = Math.ceil(lockMs / 1000);
    print(
      `\n${colour.yellow(`The file is large: the assistant cannot write for up to ${seconds} s. Stop it first.`)}`,
    );
  }
}

function showRollback(done: Rollback, json: true | undefined): void {
  const { plan, backup, schema, setAside, ms } = done;
  if (json) {
    printJson({
      path: plan.path,
      was: plan.state,
      removed: plan.traces,
      remote: plan.remote,
      removed_rows: plan.removed,
      unsent: plan.unsent,
      backup: backup ?? null,
      schema,
      set_aside: setAside,
      ms: Math.round(ms),
    });
    return;
  }
  const path = escapeText(plan.path);
  if (backup === undefined) print(`Nothing of ours is in ${path}; it was not changed.`);
  else {
    const kept = plan.removed.length > 0 ? "what this node wrote is there" : "every row is there";
    print(`Rolled back ${path} in ${(ms / 1000).toFixed(1)} s; ${kept}.`);
    print(`Backup of what it was: ${escapeText(backup.path)}, SHA-256 ${backup.sha256}.`);
  }
  for (const line of schema) print(`Not as before the adoption: ${escapeText(line, 400)}.`);
  for (const file of setAside) print(`Moved aside: ${escapeText(file)}.`);
}
