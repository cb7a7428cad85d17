import { BackupError, type Manifest, verifyBackup } from "@jarvis-crdt/backup";
import type { Command } from "commander";
import { exitCode } from "../failure.ts";
import { interruptible } from "../interruptible.ts";
import { table } from "../ui/table.ts";
import { outIsTerminal, print, printJson } from "../ui/terminal.ts";
import { withExamples, withJson } from "./options.ts";

interface Result {
  readonly path: string;
  readonly manifest?: Manifest;
  readonly problem?: { readonly code: string; readonly message: string };
}

export function addBackupVerify(parent: Command, end: (code: number) => void): void {
  const command = parent
    .command("verify <backup...>")
    .description("Read backups whole: every byte against the manifest, both databases by SQLite's check.");
  withExamples(
    withJson(command),
    "backup verify data/crdt_backups/20260102T030405Z-1a2b3c4d",
    "backup verify --json /mnt/usb/2026*",
  )
    .addHelpText("after", "\nGives 0 if all are whole, 1 if one is not.")
    .action(async (paths: readonly string[], options: { json?: true }) => {
      const results: Result[] = [];
      for (const path of paths) results.push(await check(path));
      if (results.some(({ problem }) => problem)) end(exitCode.failed);
      if (options.json) return printJson({ backups: results });
      const rows = results.map(({ path, manifest, problem }) => [
        path,
        problem ? problem.message : "whole",
        manifest?.rows ?? null,
      ]);
      print(table(["backup", "is", "rows"], rows, outIsTerminal));
    });
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
