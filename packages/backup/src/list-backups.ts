import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { BackupError } from "./backup-error.ts";
import type { Backup } from "./create-backup.ts";
import { type Manifest, manifestSchema } from "./manifest.ts";
import { isBackupName, manifestFile, timeOfName } from "./names.ts";

/** What a folder under a backup's name turned out to be. */
export type Listed = Backup | { readonly path: string; readonly problem: string };

const maxManifestBytes = 4 << 20;

/** The backups of a folder, the newest first. What they hold is not read; `verifyBackup` does that. */
export function listBackups(folder: string): readonly Listed[] {
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  return names
    .filter(isBackupName)
    .map((name): Listed => {
      const path = join(folder, name);
      try {
        return { path, manifest: readManifest(path) };
      } catch (error) {
        if (error instanceof BackupError) return { path, problem: error.message };
        throw error;
      }
    })
    .sort((a, b) => madeAt(b) - madeAt(a));
}

/** Unix milliseconds. A name tells no more than the second. */
function madeAt(one: Listed): number {
  return "manifest" in one ? Date.parse(one.manifest.created) : timeOfName(basename(one.path));
}

/** Throws BackupError `not-a-backup` or `damaged`. */
export function readManifest(path: string): Manifest {
  const file = join(path, manifestFile);
  let text: string;
  try {
    if (statSync(file).size > maxManifestBytes) throw new BackupError("damaged", `${file} is too large`);
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof BackupError) throw error;
    throw new BackupError(
      "not-a-backup",
      `${path} has no readable ${manifestFile}; name the folder of a backup`,
      {
        cause: error,
      },
    );
  }
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new BackupError("damaged", `${file} is not a manifest of this version`, { cause: error });
  }
}
