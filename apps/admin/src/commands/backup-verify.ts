import { BackupError, listBackups, type Manifest, verifyBackup } from "@jarvis-crdt/backup";
import type { Command } from "commander";
import { CommandFailure, exitCode } from "../failure.ts";
import { interruptible } from "../interruptible.ts";
import { table } from "../ui/table.ts";
import { outWidth, print, printJson } from "../ui/terminal.ts";
import { backupFolder, backupPath } from "./backup-path.ts";
import { unlessGiven, withExamples, withJson } from "./options.ts";

interface Options {
  readonly config?: string;
  readonly from?: string;
  readonly json?: true;
}

interface Result {
  readonly path: string;
  readonly manifest?: Manifest;
  readonly problem?: { readonly code: string; readonly message: string };
}

export function addBackupVerify(parent: Command, end: (code: number) => void): void {
  const command = parent
    .command("verify [backups...]")
    .description(
      "Read backups whole, all of them or those that are named: every byte against the manifest, both databases by SQLite's check.",
    )
    .option(
      "--config <file>",
      `the node's configuration, whose storage.backup_folder is meant ${unlessGiven}`,
    )
    .option("--from <folder>", "another folder");
  withExamples(
    withJson(command),
    "backup verify --config config.yaml",
    "backup verify 20260102T030405Z-1a2b3c4d --config config.yaml",
    "backup verify /mnt/usb/20260102T030405Z-1a2b3c4d --json",
  )
    .addHelpText("after", "\nGives 0 if all are whole, 1 if one is not.")
    .action(async (named: readonly string[], options: Options) => {
      const results: Result[] = [];
      for (const path of pathsOf(named, options)) results.push(await check(path));
      if (results.some(({ problem }) => problem)) end(exitCode.failed);
      if (options.json) return printJson({ backups: results });
      const rows = results.map(({ path, manifest, problem }) => [
        path,
        problem ? problem.message : "whole",
        manifest?.rows ?? null,
      ]);
      print(table(["backup", "is", "rows"], rows, outWidth));
    });
}

function pathsOf(named: readonly string[], options: Options): readonly string[] {
  if (named.length > 0 && named.every((one) => /[/\\]/.test(one))) return named;
  const folder = backupFolder(options);
  if (named.length > 0) return named.map((one) => backupPath(one, folder));
  const all = listBackups(folder).map(({ path }) => path);
  if (all.length === 0) throw new CommandFailure("no-backup", `there is no backup in ${folder}`);
  return all;
}

async function check(path: string): Promise<Result> {
  try {
    const manifest = await interruptible((progress, signal) =>
      verifyBackup(path, {
        onProgress: (done, total) => progress.update(`Reading ${path}, bytes`, done, total),
        signal,
      }),
    );
    return { path, manifest };
  } catch (error) {
    if (!(error instanceof BackupError) || error.code === "interrupted") throw error;
    return { path, problem: { code: error.code, message: error.message } };
  }
}
