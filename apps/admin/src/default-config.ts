import { existsSync } from "node:fs";

/** The configuration where the command line names none: `JARVIS_CONFIG`, or `config.yaml` in this folder. */
export function defaultConfig(): string | undefined {
  const named = process.env.JARVIS_CONFIG;
  if (named) return named;
  return existsSync("config.yaml") ? "config.yaml" : undefined;
}
