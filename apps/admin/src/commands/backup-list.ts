import { listBackups } from "@jarvis-crdt/backup";
import { loadConfiguration } from "@jarvis-crdt/config";
import type { Command } from "commander";
import { misuse } from "../failure.ts";
import { table } from "../ui/table.ts";
import { outIsTerminal, print, printJson } from "../ui/terminal.ts";
import { withExamples, withJson } from "./options.ts";

interface Options {
  readonly config?: string;
  readonly from?: string;
  readonly json?: true;
}

export function addBackupList(parent: Command): void {
  const command = parent
    .command("list")
    .description("The backups of a folder, the newest first. What they hold is not read; verify does that.")
    .option("--config <file>", "the node's configuration, whose storage.backup_folder is meant")
    .option("--from <folder>", "another folder");
  withExamples(
    withJson(command),
    "backup list --config config.yaml",
    "backup list --from /mnt/usb --json",
  ).action((options: Options) => {
    const folder =
      options.from ?? (options.config && loadConfiguration(options.config).storage.backup_folder);
    if (folder === undefined) throw misuse("name the folder: --config FILE or --from FOLDER");
    const backups = listBackups(folder);
    if (options.json) return printJson({ folder, backups });
    if (backups.length === 0) return print(`There is no backup in ${folder}.`);
    const rows = backups.map((one) =>
      "problem" in one
        ? [one.path, null, null, null, null, one.problem]
        : [
            one.path,
            one.manifest.created,
            one.manifest.rows,
            one.manifest.archive.bytes + one.manifest.state.bytes,
            one.manifest.keys === null ? "no" : "encrypted",
            null,
          ],
    );
    print(table(["backup", "created", "rows", "bytes", "keys", "problem"], rows, outIsTerminal));
  });
}
