import type { Command } from "commander";
import { addBackupCreate } from "./backup-create.ts";
import { addBackupList } from "./backup-list.ts";
import { addBackupRestore } from "./backup-restore.ts";
import { addBackupVerify } from "./backup-verify.ts";

/** `end` receives the exit code where a backup is not what it should be. */
export function addBackup(parent: Command, end: (code: number) => void): void {
  const group = parent
    .command("backup")
    .description(
      "Copies of archive and state that belong together. jarvisd makes them by itself, see its configuration.",
    );
  addBackupCreate(group);
  addBackupList(group);
  addBackupVerify(group, end);
  addBackupRestore(group);
}
