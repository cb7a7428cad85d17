import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  BackupError,
  openKeys,
  planRestore,
  type Restored,
  type RestorePlan,
  restoreBackup,
} from "@jarvis-crdt/backup";
import { loadConfiguration } from "@jarvis-crdt/config";
import type { Command } from "commander";
import { interruptible } from "../interruptible.ts";
import { exchangeOnce, judgeOf, type OwnNode, openOwnState, readOwnNode } from "../own-node.ts";
import { readPassphrase } from "../passphrase.ts";
import { confirm } from "../ui/confirm.ts";
import { facts } from "../ui/table.ts";
import { print, printJson } from "../ui/terminal.ts";
import { backupPath } from "./backup-path.ts";
import { withConfig, withExamples, withJson } from "./options.ts";

interface Options {
  readonly config: string;
  readonly withKeys?: true;
  readonly passphraseFile?: string;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly json?: true;
}

export function addBackupRestore(parent: Command): void {
  const command = parent
    .command("restore <backup>")
    .description(
      "Put a backup, named by its folder or as backup list shows it, where the configuration says. jarvisd and the assistant must be stopped.",
    )
    .option("--with-keys", "also certificate and key, where there are none")
    .option("--passphrase-file <file>", "its first line encrypted the keys")
    .option("--dry-run", "show what would be done")
    .option("--yes", "do not ask");
  withExamples(
    withJson(withConfig(command)),
    "backup restore 20260102T030405Z-1a2b3c4d --config config.yaml --dry-run",
    "backup restore /mnt/usb/20260102T030405Z-1a2b3c4d --config config.yaml --with-keys --passphrase-file p.txt",
  )
    .addHelpText(
      "after",
      "\nNothing goes back in time but the archive: a sound state keeps all it has and gets what it lacks, what the archive\n" +
        "held and no log knew is captured first, and at its next start jarvisd brings both together. The files that were there\n" +
        "are kept beside the new ones. Killed at any moment it can be called again.",
    )
    .action(async (named: string, options: Options) => {
      const configuration = loadConfiguration(options.config);
      const backup = backupPath(named, configuration.storage.backup_folder);
      if (options.withKeys) restoreKeys(backup, configuration.security.node_certificates, options);
      const node = readOwnNode(configuration);
      const plan = planRestore({
        backup,
        archive: configuration.archive.path,
        state: configuration.storage.path,
        node: node.identity.certificate.node,
        cluster: node.trust.clusterId,
      });
      if (!options.json || options.dryRun) show(plan, options);
      if (options.dryRun) return;
      await confirm(`Restore to ${plan.archive} and ${plan.state}?`, options.yes);
      const restored = await restore(plan, node);
      if (options.json) printJson({ plan: documentOf(plan), restored });
      else report(restored);
    });
}

function restore(plan: RestorePlan, node: OwnNode): Promise<Restored> {
  return interruptible((progress, signal) =>
    restoreBackup(plan, {
      now: () => Date.now(),
      judge: judgeOf(node),
      openState: () =>
        openOwnState(node, existsSync(plan.archive) ? plan.archive : join(plan.backup, "archive.db")),
      capture: (state) => exchangeOnce(node, state),
      onProgress: (what, done, total) => progress.update(what, done, total),
      signal,
    }),
  );
}

/** Certificate and key come only where there are none: a newer key must not be replaced by an older one. */
function restoreKeys(backup: string, folder: string, { passphraseFile, dryRun }: Options): void {
  const files = openKeys(readFileSync(join(backup, "keys.sealed")), readPassphrase(passphraseFile));
  const there = [...files.keys()].filter((name) => existsSync(join(folder, name)));
  if (there.length > 0)
    throw new BackupError(
      "exists",
      `${join(folder, there[0]!)} is there already; move it away, or leave --with-keys out`,
    );
  if (dryRun) return;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes, { mode: 0o600, flag: "wx" });
}

function documentOf({ backup, archive, state, onState, onArchive, captures, manifest }: RestorePlan) {
  return {
    backup,
    archive,
    state,
    on_state: onState,
    on_archive: onArchive,
    captures,
    created: manifest.created,
  };
}

const onState: Readonly<Record<RestorePlan["onState"], string>> = {
  place: "put there; nothing is there now",
  merge: "kept, and given what it lacks of the backup's",
  replace: "set aside, because it is damaged, and replaced by the backup's",
};

function show(plan: RestorePlan, { json }: Options): void {
  if (json) {
    printJson(documentOf(plan));
    return;
  }
  const { manifest, archive, state, captures } = plan;
  print(
    facts([
      ["backup", plan.backup],
      ["made", manifest.created],
      ["rows", manifest.rows],
      [state, onState[plan.onState]],
      [
        archive,
        plan.onArchive === "place"
          ? "put there; nothing is there now"
          : "set aside, and replaced by the backup's",
      ],
      [
        "what the archive holds and no log knows",
        captures ? "captured first" : "nothing that could be captured",
      ],
      ["incarnation", "a new one, at the next write"],
    ]),
  );
}

function report({ setAside, captured, merged }: Restored): void {
  const lines: [string, string | number][] = setAside.map((path) => ["before, now at", path]);
  if (captured > 0) lines.push(["captured, operations", captured]);
  if (merged) lines.push(["merged, operations", merged.operations]);
  for (const { log, reason } of merged?.refused ?? []) lines.push([`log ${log}`, `not continued: ${reason}`]);
  lines.push(["next", "start jarvisd; it reconciles archive and state, then start the assistant"]);
  print(`\n${facts(lines)}`);
}
