#!/usr/bin/env node
import type { Cluster } from "@jarvis-crdt/harness";
import { colors, step } from "./console.ts";
import { Demonstration } from "./demonstration.ts";
import { readOptions, UsageError, usage } from "./options.ts";
import { printResults, printWhereToLook, writeReport } from "./report.ts";
import { openWorkFolder, type WorkFolder } from "./work-folder.ts";

const interrupted = new Promise<"interrupted">((resolve) => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "disconnect"])
    process.on(signal, () => resolve("interrupted"));
});

process.exit(await main());

/** Returns the exit code: 0 converged, 1 not, 2 usage, 130 interrupted before the proof. */
async function main(): Promise<number> {
  let folder: WorkFolder;
  let options: ReturnType<typeof readOptions>;
  try {
    options = readOptions(process.argv.slice(2));
    if (options === "help") {
      console.log(usage);
      return 0;
    }
    folder = openWorkFolder(options);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\nSee: pnpm start --help`);
    return 2;
  }

  // After the handler that kills what was started: nobody writes into the folder any more.
  process.on("exit", () => folder.leave(finished));
  const demonstration = new Demonstration(options);
  let cluster: Cluster | undefined;
  let finished = false;
  const run = async () => {
    const laidOut = await demonstration.layOut(folder);
    cluster = laidOut.cluster;
    const { report, results } = await demonstration.prove(cluster, laidOut.rows);
    writeReport(folder.path, report);
    finished = true;
    printResults(results, report);
    return "converged" as const;
  };

  const running = run();
  // After an interruption the rest fails on nodes that are gone; that is nobody's news.
  running.catch(() => undefined);
  try {
    const outcome = await Promise.race([running, interrupted]);
    if (outcome === "interrupted") {
      console.log("\nInterrupted; stopping the nodes.");
      return 130;
    }
    if (!options.once && cluster) {
      printWhereToLook(folder.path, cluster);
      await interrupted;
      step("Stopping");
    }
    return 0;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : "";
    console.error(colors.red(`\nNot converged: ${error instanceof Error ? error.message : error}${cause}`));
    return 1;
  } finally {
    await cluster?.stop().catch((error: Error) => console.error(error.message));
  }
}
