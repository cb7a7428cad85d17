import { spawn } from "node:child_process";
import { workspacePrograms } from "@jarvis-crdt/harness";

export interface Ended {
  /** null where a signal ended it. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the built jarvisctl to its end, with a command line such as that of `killAtFsync` before it. */
export function jarvisctl(args: readonly string[], wrap: readonly string[] = []): Promise<Ended> {
  const [command, ...rest] = [...wrap, process.execPath, workspacePrograms().jarvisctl, ...args];
  return new Promise((resolve, reject) => {
    const child = spawn(command!, rest, { stdio: ["ignore", "pipe", "pipe"] });
    let out = "";
    let err = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      out += chunk;
    });
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      err += chunk;
    });
    child.on("error", reject).on("close", (code) => resolve({ code, out, err }));
  });
}
