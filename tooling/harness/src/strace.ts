import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { waitFor } from "./wait.ts";

let usable: boolean | undefined;

/** Whether strace may trace on this machine; asked once. */
export function hasStrace(): boolean {
  usable ??= spawnSync("strace", ["-qq", "-f", "-o", "/dev/null", "true"], { stdio: "ignore" }).status === 0;
  return usable;
}

/**
 * A command line to put before a program's: the kernel kills it, all threads at once, as any one thread enters its
 * `n`-th fsync. What it had not made durable by then must not be missed.
 */
export function killAtFsync(n: number): readonly string[] {
  return inject(`fsync,fdatasync:signal=SIGKILL:when=${n}`);
}

/**
 * The same as it enters its `n`-th positioned write, to `file` if given: between any two pages of a database, its
 * journal or its log, and before what comes last and makes them count.
 */
export function killAtWrite(n: number, file?: string): readonly string[] {
  return inject(`pwrite64:signal=SIGKILL:when=${n}`, file === undefined ? [] : ["-P", file]);
}

/** From its `n`-th call on every positioned write of any one thread fails as on a full disk. */
export function diskFullAtWrite(n: number): readonly string[] {
  return inject(`pwrite64:error=ENOSPC:when=${n}+`);
}

/** From its first call on every call of one of these fails as on a disk that cannot be read or written. */
export function failAlways(calls: string): readonly string[] {
  return inject(`${calls}:error=EIO`);
}

/** Its `n`-th call of one of these fails as on a disk that cannot be read or written, once. */
export function failAt(calls: string, n: number): readonly string[] {
  return inject(`${calls}:error=EIO:when=${n}`);
}

/**
 * Puts a process that runs already under one of these command lines; resolves once it is traced, and counting begins.
 * The tracer ends with the process. Throws where one may not trace.
 */
export async function traceRunning(pid: number, wrap: readonly string[]): Promise<void> {
  const [command, ...args] = [...wrap, "-p", String(pid)];
  const tracer = spawn(command as string, args, { stdio: ["ignore", "ignore", "pipe"] });
  tracer.unref();
  let said = "";
  tracer.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    said += chunk;
  });
  const ended = once(tracer, "close").then(() => {
    // It says nothing where the process met its end at once.
    if (said !== "") throw new Error(`process ${pid} cannot be traced: ${said.trim()}`);
  });
  ended.catch(() => undefined);
  const traced = () => !/^TracerPid:\t0$/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  await Promise.race([waitFor(traced, { what: `process ${pid} is traced` }), ended]);
}

function inject(fault: string, which: readonly string[] = []): readonly string[] {
  return [
    "strace",
    "-qq",
    "-f",
    "-o",
    "/dev/null",
    ...which,
    "-e",
    `trace=${fault.split(":")[0]}`,
    "-e",
    `inject=${fault}`,
  ];
}
