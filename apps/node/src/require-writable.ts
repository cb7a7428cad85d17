import { accessSync, constants, existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { type Configuration, dataFolder } from "@jarvis-crdt/config";

/**
 * Makes the data folder, and throws the error of the system where it, the archive's folder or one of the two files
 * cannot be written: SQLite would only say that it cannot open them.
 */
export function requireWritable(configuration: Configuration): void {
  const { archive, storage } = configuration;
  const folder = dataFolder(configuration);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const path of [folder, dirname(archive.path), storage.path, archive.path])
    if (existsSync(path)) accessSync(path, constants.R_OK | constants.W_OK);
}
