import { join } from "node:path";
import { loadConfiguration } from "@jarvis-crdt/config";
import { defaultConfig } from "../default-config.ts";
import { misuse } from "../failure.ts";

/** The folder in which backups lie: the one that is named, or the configuration's. */
export function backupFolder({ from, config }: { readonly from?: string; readonly config?: string }): string {
  if (from !== undefined) return from;
  const file = config ?? defaultConfig();
  if (file === undefined) throw misuse("name the folder: --config FILE or --from FOLDER");
  return loadConfiguration(file).storage.backup_folder;
}

/** A backup as people name it: by its path, or by what `backup list` shows, which lies in the folder of backups. */
export function backupPath(named: string, folder: string): string {
  return /[/\\]/.test(named) ? named : join(folder, named);
}
