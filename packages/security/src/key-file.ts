import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { SecurityError } from "./error.ts";
import { decodePrivateKeyPem, type KeyPair } from "./key-pair.ts";

/** Bits of group and others. */
const others = 0o077;

/**
 * Reads a private key that nobody else may read. The mode is asked of the open file, not of the name, so that it cannot
 * be exchanged in between. Throws `key-permissions`, `key-invalid` or `file-missing`.
 */
export function readKeyFile(path: string): KeyPair {
  const file = open(path);
  try {
    const { mode } = fstatSync(file);
    if (process.platform !== "win32" && (mode & others) !== 0)
      throw new SecurityError(
        "key-permissions",
        `${path} can be read by others (mode ${(mode & 0o777).toString(8).padStart(4, "0")}). Run: chmod 600 ${path}`,
      );
    return decodePrivateKeyPem(readFileSync(file, "utf8"), path);
  } finally {
    closeSync(file);
  }
}

function open(path: string): number {
  try {
    return openSync(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new SecurityError(
      "file-missing",
      `There is no key file ${path}. Keys are made with "jarvisctl ca init" and "jarvisctl node issue"; check the path.`,
    );
  }
}
