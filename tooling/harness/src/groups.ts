/** Process groups under way. What a process leaves behind when it ends by itself is killed on its way out. */
const groups = new Set<number>();

process.on("exit", () => {
  for (const pid of groups) killGroup(pid, "SIGKILL");
});

export function trackGroup(pid: number): void {
  groups.add(pid);
}

export function forgetGroup(pid: number): void {
  groups.delete(pid);
}

/** Signals every process of the group that `pid` leads; false where there is none any more. */
export function killGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}
