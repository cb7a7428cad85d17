import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { knobs } from "./knobs.ts";

/** A folder for the files of one test file. Call `remove` at the end; E2E_KEEP=1 keeps it to look at. */
export function scratch(name: string): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), `jarvis-e2e-${name}-`));
  return {
    path,
    remove: () => {
      if (knobs.keep) console.log(`kept: ${path}`);
      else rmSync(path, { recursive: true, force: true });
    },
  };
}
