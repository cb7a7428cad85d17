import { basename } from "node:path";
import { listBackups } from "@jarvis-crdt/backup";
import type { Command } from "commander";
import { bytesText } from "../ui/bytes-text.ts";
import { table } from "../ui/table.ts";
import { outWidth, print, printJson } from "../ui/terminal.ts";
import { backupFolder } from "./backup-path.ts";
import { unlessGiven, withExamples, withJson } from "./options.ts";

interface Options {
  readonly config?: string;
  readonly from?: string;
  readonly json?: true;
}

export function addBackupList(parent: Command): void {
  const command = parent
    .command("list")
    .description("The backups of a folder, the newest first. What they hold is not read; verify does that.")
    .option(
      "--config <file>",
      `the node's configuration, whose storage.backup_folder is meant ${unlessGiven}`,
    )
    .option("--from <folder>", "another folder");
  withExamples(
    withJson(command),
    "backup list --config config.yaml",
    "backup list --from /mnt/usb --json",
  ).action((options: Options) => {
    const folder = backupFolder(options);
    const backups = listBackups(folder);
    if (options.json) return printJson({ folder, backups });
    if (backups.length === 0)
      return print(`There is no backup in ${folder}. Make one with: jarvisctl backup create`);
    const rows = backups.map((one) =>
      "problem" in one
        ? [basename(one.path), null, null, null, null, one.problem]
        : [
            basename(one.path),
            outWidth === undefined
              ? one.manifest.created
              : `${one.manifest.created.slice(0, 19).replace("T", " ")}Z`,
            one.manifest.rows,
            bytesText(one.manifest.archive.bytes + one.manifest.state.bytes),
            one.manifest.keys === null ? "no" : "encrypted",
            null,
          ],
    );
    print(`In ${folder}:`);
    print(table(["backup", "created", "rows", "size", "keys", "problem"], rows, outWidth));
  });
}
