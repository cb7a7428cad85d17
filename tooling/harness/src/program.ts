import { spawn } from "node:child_process";
import { describeExit, type Exit } from "./exit.ts";
import { forgetGroup, killGroup, trackGroup } from "./groups.ts";
import { patience } from "./patience.ts";

export interface ProgramResult extends Exit {
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** After which it is killed with all it started; default 60,000. */
  readonly timeoutMs?: number;
}

/** Runs a program of Node in a process of its own to its end, whatever its exit code. */
export function runNode(
  file: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramResult> {
  const { cwd, env, timeoutMs = 60_000 } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
      ...(cwd === undefined ? {} : { cwd }),
      ...(env === undefined ? {} : { env }),
    });
    const pid = child.pid;
    if (pid !== undefined) trackGroup(pid);
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      stdout += chunk;
    });
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      stderr += chunk;
    });
    const timer = setTimeout(() => {
      if (pid !== undefined) killGroup(pid, "SIGKILL");
    }, timeoutMs * patience);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      if (pid !== undefined) forgetGroup(pid);
      resolve({ code, signal, stdout, stderr });
    });
  });
}

/** Like `runNode`, but anything other than exit code 0 is an error that shows what the program said. Returns stdout. */
export async function mustRunNode(
  file: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<string> {
  const result = await runNode(file, args, options);
  if (result.code === 0) return result.stdout;
  const said = (result.stderr || result.stdout).trim().slice(-4000);
  throw new Error(`${file} ${args.join(" ")} ended with ${describeExit(result)}\n${said}`);
}
