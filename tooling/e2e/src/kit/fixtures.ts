import { chmodSync, copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** Files of real installations, which lie beside the checkout on machines that have them. */
const folder = join(import.meta.dirname, "../../../../../shared/fixtures");

export const hasFixtures = existsSync(folder);

/** Puts a writable copy of a fixture, unpacked, to `path`. */
export function copyFixture(name: string, path: string): string {
  const from = join(folder, name);
  if (name.endsWith(".gz")) writeFileSync(path, gunzipSync(readFileSync(from)));
  else copyFileSync(from, path);
  chmodSync(path, 0o644);
  return path;
}
