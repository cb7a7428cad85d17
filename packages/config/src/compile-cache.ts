import { mkdirSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

/**
 * Keeps what V8 makes of the modules that are loaded from now on, so that the next process need not make it again. It lies
 * in the user's cache folder, where nobody else writes, because it is code that will be run; where there is none, or it
 * cannot be written, everything works as without. `NODE_COMPILE_CACHE` names another folder, `NODE_DISABLE_COMPILE_CACHE=1`
 * does without. To be called before the program is imported.
 */
export function keepCompiled(): void {
  if (process.env.NODE_COMPILE_CACHE) return;
  const caches = cacheFolder();
  if (caches === undefined) return;
  const folder = join(caches, "jarvis-crdt");
  // One by one: Node makes parents without end where a file system knows no folder to be made, as /proc.
  if (makeFolder(caches) && makeFolder(folder)) enableCompileCache(folder);
}

/** Whether it is there now. */
function makeFolder(path: string): boolean {
  try {
    mkdirSync(path, { mode: 0o700 });
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EEXIST";
  }
}

function cacheFolder(): string | undefined {
  const { XDG_CACHE_HOME: named } = process.env;
  if (named) return named;
  try {
    return join(homedir(), ".cache");
  } catch {
    // A user of whom the system knows nothing but a number has no home.
    return undefined;
  }
}
