import type { Command } from "commander";

/** Adds `--json`: one document on standard output, errors included. */
export function withJson(command: Command): Command {
  return command.option("--json", "print one JSON document on standard output");
}

/** Adds examples to `--help`. */
export function withExamples(command: Command, ...examples: readonly string[]): Command {
  return command.addHelpText(
    "after",
    `\nExamples:\n${examples.map((line) => `  jarvisctl ${line}`).join("\n")}`,
  );
}

/** Adds what names one node: a URL with its token, or its configuration file. */
export function withNode(command: Command): Command {
  return command
    .option("--node <url>", "URL of the node, such as http://127.0.0.1:8889")
    .option("--token-file <file>", "the node's http.token")
    .option("--config <file>", "the node's configuration, instead of --node and --token-file");
}
