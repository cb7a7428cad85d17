import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * The file whose lock (`Lock`) means that a node works with this archive: two nodes would take it over from each other for
 * ever. It lies beside the file that the path leads to, whatever links lead there and whichever file that is at the
 * moment. The archive itself is not locked for longer than a transaction, and its assistant never.
 */
export function archiveLockFile(path: string): string {
  const file = existsSync(path) ? realpathSync(path) : join(realpathSync(dirname(path)), basename(path));
  return `${file}.crdt-lock`;
}
