import { listBackups } from "@jarvis-crdt/backup";
import type { Configuration } from "@jarvis-crdt/config";
import { type Finding, good, note, problem, warning } from "./finding.ts";

/** How many intervals late a backup may be. */
const patience = 3;
const create = "jarvisctl backup create --config FILE";

export function examineBackups({ storage }: Configuration, now: number): readonly Finding[] {
  const backups = listBackups(storage.backup_folder);
  const findings: Finding[] = backups.flatMap((one) =>
    "problem" in one ? [problem("backup-damaged", one.problem, "Remove it, and make another one.")] : [],
  );
  const newest = backups.find((one) => "manifest" in one);
  if (newest === undefined)
    return [...findings, note("no-backup", `There is no backup in ${storage.backup_folder}.`, create)];
  const age = now - Date.parse(newest.manifest.created);
  const sentence = `The last backup is of ${newest.manifest.created}.`;
  const isLate = storage.backup_interval > 0 && age > patience * storage.backup_interval;
  // None is made where nothing has changed.
  const next = `If there were writes since, see jarvisd's log for why; or: ${create}`;
  return [...findings, isLate ? warning("backup-old", sentence, next) : good("backup", sentence)];
}
