// Builds what is not built and runs the demonstration: three real nodes on this machine.
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";

const build = spawnSync("turbo", ["run", "build", "--output-logs=errors-only"], {
  encoding: "utf8",
  env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1" },
});
if (build.status !== 0) {
  process.stderr.write(
    `${build.stdout ?? ""}${build.stderr ?? ""}${build.error ?? ""}\nThe build failed; see above.\n`,
  );
  process.exit(build.signal ? 128 + constants.signals[build.signal] : 1);
}

const demo = spawn(process.execPath, ["tooling/demo/dist/main.js", ...process.argv.slice(2)], {
  // It ends when this channel does, however this process ends.
  stdio: ["inherit", "inherit", "inherit", "ipc"],
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => demo.kill(signal));
demo.on("exit", (code, signal) => process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0)));

// A signal to `npx pnpm start` ends the package manager and nobody else: notice that it is gone.
const managers = packageManagers(process.ppid);
setInterval(() => {
  if (managers.some((pid) => !isAlive(pid))) demo.kill("SIGTERM");
}, 250).unref();

/** The processes between a package manager and this one, read where the system shows them. */
function packageManagers(pid: number): number[] {
  const chain: number[] = [];
  let upToManager = 0;
  try {
    for (let at = pid; at > 1 && chain.length < 8; ) {
      const command = readFileSync(`/proc/${at}/cmdline`, "utf8").replaceAll("\0", " ");
      chain.push(at);
      if (/\b(pnpm|npx|npm)\b/.test(command)) upToManager = chain.length;
      const stat = readFileSync(`/proc/${at}/stat`, "utf8");
      at = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    }
  } catch {
    // No /proc, or an ancestor that is gone already: nothing more to watch.
  }
  return chain.slice(0, upToManager);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
