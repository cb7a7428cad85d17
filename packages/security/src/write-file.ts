import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { SecurityError } from "./error.ts";

export interface NewFile {
  readonly path: string;
  readonly text: string;
  /** Mode, set when the file is created: a secret is never readable for a moment. */
  readonly mode: 0o600 | 0o644;
}

/**
 * Writes files one by one, each whole or not at all (temporary file, fsync, rename, fsync of the folder). The caller puts
 * last the file whose presence says that the set is complete.
 */
export function writeFiles(files: readonly NewFile[]): void {
  for (const { path, text, mode } of files) {
    mkdirSync(dirname(path), { recursive: true });
    const temporary = `${path}.${process.pid}.tmp`;
    rmSync(temporary, { force: true });
    const file = openSync(temporary, "wx", mode);
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
    syncFolder(dirname(path));
  }
}

/** Throws `file-exists` if one of these would be overwritten: a key that is gone cannot be made again. */
export function refuseExisting(folder: string, names: readonly string[]): void {
  const found = names.find((name) => existsSync(join(folder, name)));
  if (found !== undefined)
    throw new SecurityError(
      "file-exists",
      `${join(folder, found)} exists. Choose another folder, or overwrite it with --force.`,
    );
}

function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
