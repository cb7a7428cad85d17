import { spawn } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { escapeText } from "@jarvis-crdt/config";
import {
  applyRollback,
  type Measurements,
  rollbackReasons,
  stopNode,
  verifyAdoption,
} from "@jarvis-crdt/migrate";
import { hasher } from "@jarvis-crdt/security";
import { type Command, InvalidArgumentError } from "commander";
import { z } from "zod";
import { asFailure, CommandFailure, exitCode } from "../failure.ts";
import { confirm } from "../ui/confirm.ts";
import { colour, note, print, printJson } from "../ui/terminal.ts";
import { type FileOptions, mapped, stateFile, withFile } from "./migrate-options.ts";
import { withExamples } from "./options.ts";

interface Options extends FileOptions {
  readonly measure?: string;
  readonly notify?: string;
  readonly every?: number;
}

/** How a round of the guard ended. */
interface Outcome {
  readonly reasons: readonly string[];
  readonly rolledBack: boolean;
  readonly stopped: boolean;
  readonly backup: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

const measureMs = 600_000;
const maxOutput = 1 << 20;

/** `end` receives the exit code where a reason was found. */
export function addGuard(migrate: Command, end: (code: number) => void): void {
  const guard = withFile(
    migrate.command("guard").description("Undo an adoption by itself where a limit of the plan is passed."),
  )
    .option(
      "--measure <command>",
      "prints a JSON object with any of health_score, test_failure_rate, sync_failure_rate, data_corruption, performance_degradation",
    )
    .option(
      "--notify <command>",
      "told of a rollback: reasons in JARVIS_REASON, the outcome as JSON on standard input",
    )
    .option(
      "--every <seconds>",
      "look again until a reason is found or Ctrl-C (default: look once)",
      seconds,
    );
  withExamples(
    guard,
    "migrate guard --archive data/jarvis_archive.db --measure 'cat health.json' --yes",
    "migrate guard --archive data/jarvis_archive.db --measure ./measure --notify 'mail -s rollback root' --every 3600 --yes",
  )
    .addHelpText(
      "after",
      "\nLimits: health score below 85, more than 5 % of tests or 10 % of synchronisations fail, 2 times slower," +
        "\nany corruption (the archive is compared with its backup each time). Then jarvisd is stopped, the adoption undone" +
        '\nas by "migrate rollback", and crdt_backups/rollback.log tells why. Exit code 1 where a reason was found.',
    )
    .action(async (options: Options) => {
      await confirm(`This may stop jarvisd and roll ${options.archive} back.`, options.yes);
      const stop = new AbortController();
      process.once("SIGINT", () => stop.abort());
      for (;;) {
        const outcome = await round(options);
        if (outcome.reasons.length > 0 || options.every === undefined || stop.signal.aborted) {
          show(outcome, options.json);
          if (outcome.reasons.length > 0) end(exitCode.failed);
          return;
        }
        await pause(options.every * 1000, stop.signal);
      }
    });
}

async function round(options: Options): Promise<Outcome> {
  const reasons = rollbackReasons({
    ...(options.measure === undefined ? {} : await measure(options.measure)),
    ...(await corruption(options)),
  });
  if (reasons.length === 0) {
    return { reasons, rolledBack: false, stopped: false, backup: null, error: null };
  }
  note(`ROLLBACK TRIGGERED: ${escapeText(reasons.join("; "), 1000)}`);
  const outcome = await rollBack(options, reasons);
  record(options.archive, outcome);
  if (options.notify !== undefined) await notify(options.notify, options.archive, outcome);
  return outcome;
}

async function rollBack(options: Options, reasons: readonly string[]): Promise<Outcome> {
  const state = stateFile(options).path;
  let stopped = false;
  try {
    stopped = await stopNode(options.archive, state);
    const { backup } = await applyRollback({ path: options.archive, state, now: Date.now });
    return { reasons, rolledBack: true, stopped, backup: backup?.path ?? null, error: null };
  } catch (error) {
    const failure = asFailure(error);
    if (failure === undefined) throw error;
    const { code, message } = failure;
    return { reasons, rolledBack: false, stopped, backup: null, error: { code, message } };
  }
}

/** What only the file itself can tell; a file without a backup can at least be read whole. */
async function corruption(options: Options): Promise<Pick<Measurements, "corruption">> {
  try {
    const state = stateFile(options).path;
    const found = await verifyAdoption({
      path: options.archive,
      state,
      hash: hasher.hash,
      ...mapped(options),
    });
    return found.sound || found.state !== "adopted"
      ? {}
      : { corruption: [...found.schema, ...found.problems] };
  } catch (error) {
    const failure = asFailure(error);
    if (failure?.code === "damaged") return { corruption: [failure.message] };
    if (failure?.code === "no-backup" || failure?.code === "bad-backup") {
      note(`jarvisctl: ${escapeText(failure.message, 1000)}`);
      return {};
    }
    throw error;
  }
}

const share = z.number().min(0).max(1);
const document = z.strictObject({
  health_score: z.number().min(0).max(100).optional(),
  test_failure_rate: share.optional(),
  sync_failure_rate: share.optional(),
  data_corruption: z.boolean().optional(),
  performance_degradation: z.number().min(0).optional(),
});

async function measure(command: string): Promise<Measurements> {
  const { code, out } = await shell(command, {}, "");
  let parsed: z.infer<typeof document>;
  try {
    if (code !== 0) throw new Error(`it ended with ${code}`);
    parsed = document.parse(JSON.parse(out));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new CommandFailure(
      "bad-measurements",
      `the command of --measure gave no measurements: ${escapeText(why, 400)}; see --help for what it prints.`,
    );
  }
  return {
    healthScore: parsed.health_score,
    testFailureRate: parsed.test_failure_rate,
    syncFailureRate: parsed.sync_failure_rate,
    slowdown: parsed.performance_degradation,
    ...(parsed.data_corruption ? { corruption: ["the measurement says so"] } : {}),
  };
}

/** One line a rollback, kept with the backups. */
function record(archive: string, outcome: Outcome): void {
  const folder = join(dirname(archive), "crdt_backups");
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const line = JSON.stringify({ time: new Date().toISOString(), archive, ...outcome });
  appendFileSync(join(folder, "rollback.log"), `${line}\n`, { mode: 0o600 });
}

async function notify(command: string, archive: string, outcome: Outcome): Promise<void> {
  const environment = { JARVIS_REASON: outcome.reasons.join("; "), JARVIS_ARCHIVE: archive };
  const { code } = await shell(command, environment, JSON.stringify({ archive, ...outcome }));
  if (code !== 0) note(`jarvisctl: the command of --notify ended with ${code}`);
}

/** Runs a command of the operator; it may not run for ever, nor print for ever. */
function shell(
  command: string,
  environment: Readonly<Record<string, string>>,
  input: string,
): Promise<{ code: number | string; out: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, {
      shell: true,
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, ...environment },
      timeout: measureMs,
    });
    let out = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      if (out.length < maxOutput) out += chunk;
    });
    child.on("error", (error) => resolve({ code: error.message, out }));
    child.on("close", (code, signal) => resolve({ code: code ?? signal ?? "nothing", out }));
    // A command that does not read what it is told is none of our business.
    child.stdin.on("error", () => undefined).end(input);
  });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function show(outcome: Outcome, json: true | undefined): void {
  if (json) {
    printJson(outcome);
    return;
  }
  const { reasons, rolledBack, error, backup } = outcome;
  if (reasons.length === 0) {
    print(colour.green("Nothing calls for a rollback."));
    return;
  }
  for (const reason of reasons) print(`Reason: ${escapeText(reason, 400)}.`);
  if (rolledBack)
    print(`Rolled back.${backup === null ? "" : ` Backup of what it was: ${escapeText(backup)}.`}`);
  else print(colour.red(`NOT rolled back: ${escapeText(error?.message ?? "", 1000)}`));
}

function seconds(text: string): number {
  const value = Number(text);
  if (!/^\d{1,6}$/.test(text) || value < 1)
    throw new InvalidArgumentError("Allowed: an integer from 1 to 999999.");
  return value;
}
