import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { vi } from "vitest";
import { runCli } from "../cli.ts";

export const program = fileURLToPath(new URL("../main.ts", import.meta.url));

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs jarvisctl as people do, without a terminal, and gives what it printed. */
export async function jarvisctl(...args: readonly string[]): Promise<Ran> {
  const child = spawn(process.execPath, ["-C", "source", program, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    err += chunk;
  });
  const [code] = (await once(child, "close")) as [number];
  return { code, out, err };
}

/** The same in this process, twenty times faster: for what needs no process of its own. */
export async function inProcess(...args: readonly string[]): Promise<Ran> {
  let out = "";
  let err = "";
  const stdout = vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    out += chunk;
    return true;
  });
  const stderr = vi.spyOn(process.stderr, "write").mockImplementation((chunk) => {
    err += chunk;
    return true;
  });
  try {
    const code = await runCli(args);
    return { code, out, err };
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
  }
}
