import { renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { listBackups } from "./list-backups.ts";
import { partialName } from "./names.ts";
import { type Retention, superfluous } from "./retention.ts";

/** Removes backups that need not be kept; returns their folders. Only whole ones that this version made are touched. */
export function thinOut(folder: string, retention: Retention): readonly string[] {
  const backups = listBackups(folder).filter((one) => "manifest" in one);
  const gone = superfluous(
    backups.map(({ path, manifest }) => ({ path, at: Date.parse(manifest.created) })),
    retention,
  ).map(({ path }) => path);
  for (const path of gone) {
    // Half removed it would look like a damaged backup.
    const away = join(dirname(path), partialName(basename(path)));
    renameSync(path, away);
    rmSync(away, { recursive: true });
  }
  return gone;
}
