import { ConfigurationError, inertKeys, loadConfiguration, printConfiguration } from "@jarvis-crdt/config";
import { Command, CommanderError } from "commander";
import { runDaemon } from "./daemon.ts";
import { logFailure } from "./failure.ts";
import { createLogger } from "./logger.ts";
import type { Compose } from "./service.ts";
import { stopRequest } from "./stop.ts";
import { version } from "./version.ts";

/** Exit codes: it did what was asked, it failed, or it was asked wrongly. */
const done = 0;
const failed = 1;
const misused = 2;

interface Arguments {
  readonly config?: string;
  readonly printConfig?: true;
}

/** The program `jarvisd`: reads arguments and configuration, runs the node that `compose` builds, gives the exit code. */
export async function runCli(args: readonly string[], compose: Compose): Promise<number> {
  const command = new Command("jarvisd")
    .description("Runs one node of a replicated Jarvis archive.")
    .option("--config <file>", "configuration file (YAML)")
    .option("--print-config", "print the default configuration and end")
    .version(version)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "jarvisd: ")) })
    .addHelpText(
      "after",
      "\nExamples:\n  jarvisd --print-config > config.yaml\n  jarvisd --config config.yaml\n\n" +
        'When it answers it prints one line on standard output: {"event":"ready", …}; logs go to standard error.\n' +
        "SIGTERM and SIGINT stop it within five seconds.",
    );
  try {
    command.parse(args, { from: "user" });
    const { config, printConfig } = command.opts<Arguments>();
    if ((config === undefined) === (printConfig === undefined)) {
      command.error("error: give either --config FILE or --print-config");
    }
    if (config !== undefined) return await runConfigured(config, compose);
    process.stdout.write(printConfiguration());
    return done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? done : misused;
    if (error instanceof ConfigurationError) {
      process.stderr.write(`jarvisd: ${error.message}\n`);
      return misused;
    }
    throw error;
  }
}

async function runConfigured(file: string, compose: Compose): Promise<number> {
  const configuration = loadConfiguration(file);
  const logger = await createLogger(configuration.debugging.log_level);
  for (const key of inertKeys(configuration))
    logger.warn({ key }, `${key}: false changes nothing in this version; leave it out`);
  if (!configuration.enabled) {
    logger.warn("the configuration says enabled: false; nothing is run");
    return done;
  }
  process.on("uncaughtException", (error) => {
    logFailure(logger, error);
    process.exit(failed);
  });
  // A script that reads one line and closes the pipe must not end the node.
  process.stdout.on("error", () => {});

  try {
    await runDaemon(
      configuration,
      compose,
      logger,
      stopRequest(logger),
      (line) => process.stdout.write(`${JSON.stringify(line)}\n`),
      () => loadConfiguration(file),
    );
    logger.info("stopped");
    return done;
  } catch (error) {
    logFailure(logger, error);
    return failed;
  }
}
