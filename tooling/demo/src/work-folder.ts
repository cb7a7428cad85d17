import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Options, UsageError } from "./options.ts";

/** Where the demonstration lives, and what becomes of it. */
export interface WorkFolder {
  readonly path: string;
  /** An earlier demonstration finished here: its nodes go on. */
  readonly resumed: boolean;
  /** Removes what is not to stay. */
  leave(finished: boolean): void;
}

/** Finds or makes the folder. Throws UsageError for one that holds something else. */
export function openWorkFolder({ data, keep }: Pick<Options, "data" | "keep">): WorkFolder {
  if (data === undefined) {
    const path = mkdtempSync(join(tmpdir(), "jarvis-crdt-"));
    return {
      path,
      resumed: false,
      leave: () => {
        if (!keep) rmSync(path, { recursive: true, force: true });
      },
    };
  }
  const path = resolve(data);
  const existed = existsSync(path);
  const content = existed ? readdirSync(path) : [];
  const resumed = content.includes("report.json");
  if (content.length > 0 && !resumed)
    throw new UsageError(
      `${path} is not empty and holds no finished demonstration; name another folder or remove it`,
    );
  mkdirSync(path, { recursive: true });
  return {
    path,
    resumed,
    leave: (finished) => {
      if (finished || resumed) return;
      for (const name of readdirSync(path)) rmSync(join(path, name), { recursive: true, force: true });
      if (!existed) rmSync(path, { recursive: true, force: true });
    },
  };
}
