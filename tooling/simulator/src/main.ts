#!/usr/bin/env node
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gossip } from "./gossip.ts";
import { gossipPlot } from "./gossip-plot.ts";
import { type Options, readOptions, UsageError, usage } from "./options.ts";
import { gossipLines, progressLine, replayLines, soakLines, soakReport, toldFailure } from "./report.ts";
import { run } from "./run.ts";
import { emptyTally, type Failure, onlySteps, soak } from "./soak.ts";
import { readTrace, traceText } from "./trace.ts";

let interrupted = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    // Whoever asks twice does not want to wait for the run under way.
    if (interrupted) process.exit(130);
    interrupted = true;
    console.error("\nEnding after this run; once more to end at once.");
  });
}

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const options = readOptions(process.argv.slice(2));
    switch (options.command) {
      case "help":
        process.stdout.write(usage());
        return 0;
      case "replay":
        return await replay(options);
      case "gossip":
        return await measureGossip(options);
      case "soak":
        return await soakAll(options);
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\nSee: pnpm sim --help`);
    return 2;
  }
}

async function replay({ file, json }: Extract<Options, { command: "replay" }>): Promise<number> {
  let trace: ReturnType<typeof readTrace>;
  try {
    trace = readTrace(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UsageError(`--replay ${file}: ${(error as Error).message}`);
  }
  const { plan, seed, crypto, store } = trace;
  const result = await run(plan, { seed, crypto, store });
  console.log(
    json
      ? JSON.stringify({ version: 1, ...result, problems: Object.fromEntries(result.problems) })
      : replayLines(trace, result),
  );
  return result.violation ? 1 : 0;
}

async function measureGossip(options: Extract<Options, { command: "gossip" }>): Promise<number> {
  console.error(`Simulating ${options.nodes} nodes; a thousand take a minute or two.`);
  const report = await gossip(options);
  mkdirSync(options.out, { recursive: true });
  const file = join(options.out, `gossip-${options.nodes}.svg`);
  writeFileSync(file, gossipPlot(report));
  console.log(
    options.json ? JSON.stringify({ version: 1, ...report, plot: file }) : gossipLines(report, file),
  );
  return report.violation ? 1 : 0;
}

async function soakAll(options: Extract<Options, { command: "soak" }>): Promise<number> {
  const { steps, seconds, out, json, seeds } = options;
  const began = performance.now();
  const isOver = (): boolean =>
    interrupted || (seconds !== undefined && performance.now() - began > seconds * 1000);
  const tally = emptyTally();
  const files: string[] = [];
  const keep = (failure: Failure): void => {
    const file = join(out, `${failure.scenario}-${failure.seed}.json`);
    mkdirSync(out, { recursive: true });
    const { plan, violation } = failure.shrunk;
    writeFileSync(
      file,
      traceText({
        format: "jarvis-crdt simulation 1",
        seed: failure.seed,
        crypto: options.crypto,
        store: options.store,
        violation,
        plan,
      }),
    );
    files.push(file);
    clearLine();
    console.error(toldFailure(failure, file));
  };
  const scenarios = options.scenarios.map((scenario) => ({
    ...scenario,
    plan: (seed: number, nodes: number) => {
      const plan = scenario.plan(seed, nodes);
      return steps ? onlySteps(plan, steps) : plan;
    },
  }));
  const every = process.stderr.isTTY ? 1_000 : 30_000;
  const progress = setInterval(() => {
    clearLine();
    process.stderr.write(
      `${progressLine(tally, seeds, performance.now() - began)}${process.stderr.isTTY ? "" : "\n"}`,
    );
  }, every);
  try {
    await soak({ ...options, scenarios, isOver }, tally, keep);
  } finally {
    clearInterval(progress);
    clearLine();
  }
  const report = soakReport(tally, files, performance.now() - began, interrupted);
  console.log(json ? JSON.stringify(report) : soakLines(report));
  if (interrupted) return 130;
  return tally.failures.length > 0 ? 1 : 0;
}

function clearLine(): void {
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
}
