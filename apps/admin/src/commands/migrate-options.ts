import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { withJson } from "./options.ts";

/** What names an archive and the state that belongs to it. */
export interface FileOptions {
  readonly archive: string;
  readonly state?: string;
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

/** The four commands take the same options, so that one line serves them all. */
export function withFile(command: Command): Command {
  return withJson(command)
    .requiredOption("--archive <file>", "the assistant's archive file")
    .option("--state <file>", "the node's state file (default: crdt_state.db beside the archive)")
    .option(
      "--batch-size <rows>",
      "rows marked or compared in one transaction, for which the assistant waits",
      batchSize,
      1000,
    )
    .option("--yes", "do not ask");
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
