import { extname } from "node:path";

/**
 * The script of one of this program's threads. It lies beside this module wherever that is: among the sources, compiled, or
 * put into few files, where all modules are in one folder.
 */
export function workerFile(name: "archive" | "backup"): URL {
  return new URL(`./${name}-worker${extname(import.meta.url)}`, import.meta.url);
}
