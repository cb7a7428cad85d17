import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { MapOptions } from "@jarvis-crdt/archive";
import { loadConfiguration } from "@jarvis-crdt/config";
import { type Command, InvalidArgumentError, Option } from "commander";
import { misuse } from "../failure.ts";
import { withJson } from "./options.ts";

/** What names an archive and the state that belongs to it. */
export interface FileOptions {
  readonly archive: string;
  readonly state?: string;
  readonly config?: string;
  /** What the configuration says of the tables. */
  readonly mapping?: MapOptions;
  readonly batchSize: number;
  readonly yes?: true;
  readonly json?: true;
}

/** The node's state file that belongs to an archive. */
export interface StateFile {
  readonly path: string;
  readonly exists: boolean;
}

const maxBatch = 10_000;

/** All commands take the same options, so that one line serves them; those that only read do not show all. */
export function withFile(command: Command, readsOnly = false): Command {
  return withJson(command)
    .option("--archive <file>", "the assistant's archive file")
    .option("--state <file>", "the node's state file (default: crdt_state.db beside the archive)")
    .option(
      "--config <file>",
      "the node's configuration: names archive and state where they are not given, and the tables that replicate",
    )
    .addOption(
      new Option(
        "--batch-size <rows>",
        "rows marked or compared in one transaction, for which the assistant waits",
      )
        .argParser(batchSize)
        .default(1000)
        .hideHelp(readsOnly),
    )
    .addOption(new Option("--yes", "do not ask").hideHelp(readsOnly))
    .hook("preAction", (_, action) => complete(action));
}

/** Takes from the configuration what the command line does not say. */
function complete(command: Command): void {
  const { archive, state, config } = command.opts<Partial<FileOptions>>();
  if (config === undefined) {
    if (archive === undefined) throw misuse("name the archive: --archive FILE, or --config FILE of its node");
    return;
  }
  const { archive: ofNode, storage, tables } = loadConfiguration(config);
  const mapping: MapOptions = { operations: ofNode.operations, tables };
  command.setOptionValue("mapping", mapping);
  if (archive === undefined) command.setOptionValue("archive", ofNode.path);
  if (state === undefined) command.setOptionValue("state", storage.path);
}

function batchSize(text: string): number {
  const rows = Number(text);
  if (!/^\d{1,6}$/.test(text) || rows < 1 || rows > maxBatch) {
    throw new InvalidArgumentError(`Allowed: an integer from 1 to ${maxBatch}.`);
  }
  return rows;
}

export function stateFile({ archive, state }: FileOptions): StateFile {
  const path = state ?? join(dirname(archive), "crdt_state.db");
  return { path: resolve(path), exists: existsSync(path) };
}

/** The mapping of the configuration, for whoever takes one. */
export function mapped({ mapping }: FileOptions): { readonly mapping?: MapOptions } {
  return mapping === undefined ? {} : { mapping };
}
