import { extname } from "node:path";

/**
 * The script of one of this program's threads. It lies beside this module, among the sources as well as compiled.
 */
export function workerFile(name: "archive" | "backup"): URL {
  return new URL(`./${name}-worker${extname(import.meta.url)}`, import.meta.url);
}
