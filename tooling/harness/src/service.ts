import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, statSync } from "node:fs";
import { createInterface } from "node:readline";
import { describeExit, type Exit } from "./exit.ts";
import { forgetGroup, killGroup, trackGroup } from "./groups.ts";
import { patience } from "./patience.ts";

export interface ServiceOptions {
  /** A program of Node. */
  readonly file: string;
  readonly args: readonly string[];
  /** Options of Node itself. */
  readonly flags?: readonly string[];
  /** Its stderr is appended here. */
  readonly log: string;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** A command line before the program's own, such as that of `killAtFsync`. */
  readonly wrap?: readonly string[];
  /** Within which the ready line must come; default 20,000. */
  readonly readyMs?: number;
}

/** A service that did not come up, with what it said last. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  /** Absent where it was still running when the time was over. */
  readonly exit: Exit | undefined;

  constructor(message: string, log: string, exit?: Exit) {
    super(`${message}\n${tail(log)}`);
    this.exit = exit;
  }
}

/**
 * A long-running program of Node, leading a process group of its own. It is given an IPC channel and must end when
 * that is disconnected, so that it outlives its parent in no case, not even when the parent is killed.
 */
export class Service<Ready> {
  readonly ready: Ready;
  /** Of the process group; that of the program itself stands in its ready line. */
  readonly group: number;
  readonly exited: Promise<Exit>;
  private readonly log: string;

  private constructor(ready: Ready, group: number, exited: Promise<Exit>, log: string) {
    this.ready = ready;
    this.group = group;
    this.exited = exited;
    this.log = log;
  }

  /** Starts it and waits for `{"event":"ready",…}`, the first line on its stdout. */
  static async start<Ready extends { readonly event: "ready" }>(
    options: ServiceOptions,
  ): Promise<Service<Ready>> {
    const { file, args, flags = [], log, cwd, env, wrap = [], readyMs = 20_000 } = options;
    const [command, ...rest] = [...wrap, process.execPath, ...flags, file, ...args];
    const stderr = openSync(log, "a");
    const child = spawn(command as string, rest, {
      stdio: ["ignore", "pipe", stderr, "ipc"],
      detached: true,
      ...(cwd === undefined ? {} : { cwd }),
      ...(env === undefined ? {} : { env }),
    });
    closeSync(stderr);
    const exited = exitOf(child);
    const group = child.pid;
    if (group === undefined) throw new ServiceError(`${command} could not be started`, log, await exited);
    trackGroup(group);
    void exited.then(() => forgetGroup(group));
    child.channel?.unref();
    try {
      const ready = await withDeadline(readyLine<Ready>(child, exited, log), readyMs * patience, log);
      return new Service(ready, group, exited, log);
    } catch (error) {
      killGroup(group, "SIGKILL");
      await exited;
      throw error;
    }
  }

  /** SIGTERM, and how it ended; after `timeoutMs` it is killed, and that is an error. */
  async stop(timeoutMs = 10_000): Promise<Exit> {
    killGroup(this.group, "SIGTERM");
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      killGroup(this.group, "SIGKILL");
    }, timeoutMs * patience);
    const exit = await this.exited;
    clearTimeout(timer);
    if (late) throw new ServiceError(`did not stop within ${timeoutMs} ms of SIGTERM`, this.log, exit);
    return exit;
  }

  /** SIGKILL for the whole group, without any warning; resolves when it is gone. */
  async kill(): Promise<Exit> {
    killGroup(this.group, "SIGKILL");
    return await this.exited;
  }
}

/** The end of a log, for an error's message. */
export function tail(log: string, bytes = 4000): string {
  if (!existsSync(log)) return "(no log)";
  const start = Math.max(0, statSync(log).size - bytes);
  return readFileSync(log).subarray(start).toString("utf8").trim() || "(the log is empty)";
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.on("error", () => resolve({ code: null, signal: null }));
    child.on("exit", (code, signal) => resolve({ code, signal }));
  });
}

async function readyLine<Ready>(child: ChildProcess, exited: Promise<Exit>, log: string): Promise<Ready> {
  const lines = createInterface({ input: child.stdout! });
  const first = new Promise<string>((resolve) => lines.once("line", resolve));
  const line = await Promise.race([first, exited]);
  if (typeof line !== "string")
    throw new ServiceError(`ended before it was ready: ${describeExit(line)}`, log, line);
  // What comes later is nobody's; the pipe must not fill.
  lines.on("line", () => undefined);
  let ready: { event?: unknown };
  try {
    ready = JSON.parse(line);
  } catch {
    throw new ServiceError(`the first line on stdout is no ready line: ${line.slice(0, 200)}`, log);
  }
  if (ready.event !== "ready")
    throw new ServiceError(`the first line on stdout is ${line.slice(0, 200)}`, log);
  return ready as Ready;
}

function withDeadline<T>(promise: Promise<T>, ms: number, log: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new ServiceError(`not ready within ${ms} ms`, log)), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
