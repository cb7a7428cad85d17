import { spawnSync } from "node:child_process";
import { accessSync, constants, mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release, type } from "node:os";
import { dirname, join } from "node:path";
import { workspacePrograms } from "@jarvis-crdt/harness";
import { progressOnConsole } from "./console.ts";
import { append, entryOf, moves, readHistory, showMoves } from "./history.ts";
import { installPeers } from "./install-peers.ts";
import { type Options, readOptions, UsageError, usage } from "./options.ts";
import { plots } from "./plots.ts";
import { type Measured, type Report, summarise } from "./report.ts";
import { run } from "./run.ts";
import { subjects } from "./subjects.ts";
import { show } from "./table.ts";

const interrupted = new Promise<"interrupted">((resolve) => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => resolve("interrupted"));
});

const historyName = "history.jsonl";

process.exit(await main());

/** Returns the exit code: 0 all measured and right, 1 not, 2 usage, 130 interrupted. */
async function main(): Promise<number> {
  let options: ReturnType<typeof readOptions>;
  try {
    options = readOptions(process.argv.slice(2), subjects);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\nSee: pnpm bench --help`);
    return 2;
  }
  if (options === "help") {
    console.log(usage(subjects));
    return 0;
  }
  const [load = 0] = loadavg();
  if (load > cpus().length / 2)
    console.error(
      `This machine is busy (load ${load.toFixed(1)}): figures will be worse than they are, and uneven.\n`,
    );
  let prepared: ReturnType<typeof prepare>;
  try {
    prepared = prepare(options);
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  }
  const measured: Measured[] = [];
  const running = collect(prepared.options, measured);
  // After an interruption the rest fails on nodes that are gone; that is nobody's news.
  running.catch(() => undefined);
  const outcome = await Promise.race([running, interrupted]);
  if (outcome === "interrupted") console.error("\nInterrupted; this is what was measured until then.");
  if (measured.length > 0) publish(measured, options, load);
  if (outcome === "interrupted") return 130;
  return measured.some((one) => "error" in one.outcome) || prepared.failed ? 1 : 0;
}

/** Says before minutes of measuring what is not there, not after. */
function prepare(options: Options): { options: Options; failed: boolean } {
  accessSync(options.folder, constants.W_OK);
  mkdirSync(options.out, { recursive: true });
  readHistory(join(options.out, historyName));
  if (options.subjects.some(({ group }) => group === "ourselves")) workspacePrograms();
  if (!options.subjects.some(({ group }) => group === "peers")) return { options, failed: false };
  const problem = installPeers();
  if (problem === undefined) return { options, failed: false };
  console.error(`The peers cannot be installed and are left out:\n${problem}\n`);
  const remaining = options.subjects.filter(({ group }) => group !== "peers");
  return { options: { ...options, subjects: remaining }, failed: true };
}

async function collect(options: Options, measured: Measured[]): Promise<void> {
  for await (const one of run(options, progressOnConsole)) measured.push(one);
}

function publish(measured: readonly Measured[], options: Options, load: number): void {
  const report: Report = {
    version: 1,
    at: new Date().toISOString(),
    commit: spawnSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).stdout?.trim() || null,
    machine: {
      cpu: cpus()[0]?.model ?? "unknown",
      cores: cpus().length,
      node: process.version,
      system: `${type()} ${release()}`,
      load,
    },
    seed: options.seed,
    ...summarise(measured),
  };
  console.log(show(report));
  // Hours may have passed since it was made.
  mkdirSync(options.out, { recursive: true });
  for (const [name, picture] of plots(report)) writeFileSync(join(options.out, name), picture);
  const [history, entry] = [join(options.out, historyName), entryOf(report)];
  const moved = showMoves(moves(readHistory(history), entry));
  if (moved !== "") console.log(`${moved}\n`);
  if (Object.keys(entry.values).length > 0) append(history, entry);
  console.error(`Plots and history are in ${options.out}.`);
  if (options.json !== undefined) {
    mkdirSync(dirname(options.json), { recursive: true });
    writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
  }
}
