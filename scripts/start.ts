// Builds what is not built and runs the demonstration: three real nodes on this machine.
import { spawn, spawnSync } from "node:child_process";
import { constants } from "node:os";

const build = spawnSync("turbo", ["run", "build", "--output-logs=errors-only"], {
  encoding: "utf8",
  env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1" },
});
if (build.status !== 0) {
  process.stderr.write(
    `${build.stdout ?? ""}${build.stderr ?? ""}${build.error ?? ""}\nThe build failed; see above.\n`,
  );
  process.exit(1);
}

const demo = spawn(process.execPath, ["tooling/demo/dist/main.js", ...process.argv.slice(2)], {
  stdio: "inherit",
});
// The terminal sends Ctrl-C to the whole group; a plain kill reaches only this process. Either way the demonstration
// ends by itself and this process with it.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => demo.kill(signal));
demo.on("exit", (code, signal) => {
  process.exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0);
});
