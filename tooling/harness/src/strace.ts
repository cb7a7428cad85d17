import { spawnSync } from "node:child_process";

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

/** The same, but from its `n`-th call on every positioned write of any one thread fails as on a full disk. */
export function diskFullAtWrite(n: number): readonly string[] {
  return inject(`pwrite64:error=ENOSPC:when=${n}+`);
}

function inject(fault: string): readonly string[] {
  return [
    "strace",
    "-qq",
    "-f",
    "-o",
    "/dev/null",
    "-e",
    `trace=${fault.split(":")[0]}`,
    "-e",
    `inject=${fault}`,
  ];
}
