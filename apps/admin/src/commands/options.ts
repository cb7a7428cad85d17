import { type Command, InvalidArgumentError } from "commander";
import { defaultConfig } from "../default-config.ts";
import { misuse } from "../failure.ts";

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

/** What is taken where --config is not given. */
export const unlessGiven = "(default: JARVIS_CONFIG, else config.yaml in this folder)";

/** Adds what names one node: a URL with its token, or its configuration file. */
export function withNode(command: Command): Command {
  return command
    .option("--config <file>", `the node's configuration ${unlessGiven}`)
    .option("--node <url>", "instead of --config: URL of the node, such as http://127.0.0.1:8889")
    .option("--token-file <file>", "with --node: the node's http.token");
}

/** Adds what names one node by its configuration file alone, for commands that work on its files. */
export function withConfig(command: Command): Command {
  return command
    .option("--config <file>", `the node's configuration ${unlessGiven}`)
    .hook("preAction", (_, action) => {
      const config = action.opts<{ config?: string }>().config ?? defaultConfig();
      if (config === undefined) throw misuse("name the node: --config FILE; JARVIS_CONFIG may name it, too");
      action.setOptionValue("config", config);
    });
}

export interface PageOptions {
  readonly limit: number;
  readonly after?: string | undefined;
}

/** Adds how much of a list is shown. */
export function withPage(command: Command): Command {
  return command
    .option("--limit <n>", "show so many at most", wholeNumber(1, 1000), 100)
    .option("--after <id>", "go on after this one, which the last page ended with");
}

/** Reads a whole number within bounds. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(`A whole number from ${least} to ${most} is needed.`);
  };
}

/** The address of a page. */
export function pagePath(path: string, { limit, after }: PageOptions, more: object = {}): string {
  const query = new URLSearchParams({
    limit: String(limit),
    ...more,
    ...(after === undefined ? {} : { after }),
  });
  return `${path}?${query}`;
}

/** How to see the rest of a list. */
export function more(next: string | null): string {
  return next === null ? "" : `\n\nThere are more: --after ${next}`;
}
