import { accessSync, constants, existsSync, statfsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Configuration, dataFolder } from "@jarvis-crdt/config";
import { bytesText } from "../ui/bytes-text.ts";
import { codeOf, type Finding, good, problem, warning } from "./finding.ts";

/** Less than this does not hold even one transaction of the largest kind. */
const leastBytes = 64 * 1024 * 1024;

/** Disk space and permissions. */
export function examineMachine(configuration: Configuration): readonly Finding[] {
  const folder = dataFolder(configuration);
  const { archive, storage } = configuration;
  if (!existsSync(folder)) {
    const next = "Start jarvisd, which makes it, or correct storage.path.";
    return [problem("no-folder", `The data folder ${folder} is not there.`, next)];
  }
  const secret = join(configuration.security.node_certificates, "node.key");
  return [
    ...[...new Set([folder, dirname(archive.path), storage.path, archive.path])].flatMap(writable),
    ...privateFile(join(folder, "http.token"), "whoever can read it can do everything that jarvisctl can"),
    ...privateFile(secret, "whoever can read it can write in this node's name"),
    space(folder, sizeOf(storage.path) + sizeOf(archive.path)),
  ];
}

function writable(path: string): readonly Finding[] {
  if (!existsSync(path)) return [];
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return [];
  } catch (error) {
    const isReadOnly = codeOf(error) === "EROFS";
    const next = isReadOnly
      ? 'Find out why (see "dmesg"): a file system that met errors is often remounted read-only. Then remount it writable.'
      : "Give the user that runs jarvisd the right to read and write it.";
    return [
      problem(isReadOnly ? "read-only" : "permission", `${path} cannot be written (${codeOf(error)}).`, next),
    ];
  }
}

function privateFile(path: string, why: string): readonly Finding[] {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode;
  if (mode === undefined || process.platform === "win32" || (mode & 0o077) === 0) return [];
  return [warning("not-private", `${path} can be read by others: ${why}.`, `chmod 600 ${path}`)];
}

function space(folder: string, files: number): Finding {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const sentence = `${folder} has ${bytesText(free)} left.`;
  const next = "Free some space. Nothing is lost meanwhile: what cannot be stored is not acknowledged.";
  if (free < leastBytes) return problem("disk-full", sentence, next);
  if (free < files)
    return warning("disk-low", `${sentence} That is less than archive and state take already.`, next);
  return good("disk", sentence);
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
