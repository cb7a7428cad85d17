import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../peers", import.meta.url));

/**
 * Installs what the peers' adapters load, unless that is there already: into `peers/` alone, by its own lockfile, which
 * nothing else in the workspace refers to. Returns why it could not, where it could not.
 */
export function installPeers(): string | undefined {
  const [wanted, installed] = [`${folder}/pnpm-lock.yaml`, `${folder}/node_modules/.modules.yaml`];
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(wanted).mtimeMs) return undefined;
  const args = ["install", "--dir", folder, "--ignore-workspace", "--frozen-lockfile"];
  const manager = process.env.npm_execpath;
  const run =
    manager !== undefined && /pnpm[^/]*\.c?js$/.test(manager)
      ? spawnSync(process.execPath, [manager, ...args], { encoding: "utf8" })
      : spawnSync("pnpm", args, { encoding: "utf8" });
  if (run.status === 0) return undefined;
  return (run.stderr || run.stdout || run.error?.message || "pnpm failed").trim().slice(-1000);
}
