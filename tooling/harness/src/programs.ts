import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** What the first line of `jarvisd` gives Node. */
export const jarvisdFlags = ["--max-semi-space-size=4"];

/** The built programs that users run. */
export interface Programs {
  readonly jarvisd: string;
  readonly jarvisctl: string;
}

/** Those of this workspace. Throws where they are not built. */
export function workspacePrograms(): Programs {
  const at = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
  const programs = { jarvisd: at("apps/node/dist/main.js"), jarvisctl: at("apps/admin/dist/main.js") };
  for (const file of Object.values(programs)) {
    if (!existsSync(file)) throw new Error(`${file} is not built; run the build script of the workspace`);
  }
  return programs;
}
