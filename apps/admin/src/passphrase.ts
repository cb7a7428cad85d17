import { readFileSync } from "node:fs";
import { misuse } from "./failure.ts";

/** The first line of a file that holds a passphrase: arguments and the environment are seen by other users. */
export function readPassphrase(file: string | undefined): string {
  if (file === undefined)
    throw misuse("--with-keys needs --passphrase-file FILE, whose first line is the passphrase");
  return readFileSync(file, "utf8").split(/\r?\n/, 1)[0]!;
}
