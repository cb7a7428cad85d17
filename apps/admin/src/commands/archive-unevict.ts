import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { unevictedDocument } from "../client/documents.ts";
import { postDocument } from "../client/node-client.ts";
import { type NodeOptions, requireTarget } from "../client/one-target.ts";
import { print, printJson } from "../ui/terminal.ts";
import { withExamples, withJson, withNode } from "./options.ts";

interface Options extends NodeOptions {
  readonly table?: string;
  readonly uid?: readonly string[];
  readonly json?: true;
}

/** What one request may name. */
const mostUids = 1000;

export function addArchiveUnevict(parent: Command): void {
  const command = parent
    .command("unevict")
    .description("Show rows again that the assistant deleted on this node; other nodes have kept them.")
    .option("--table <name>", "only rows of this table")
    .option("--uid <uid...>", "only these rows, by their 32 hex digits (crdt_operation_id)", collectUids);
  withExamples(
    withJson(withNode(command)),
    "archive unevict --config config.yaml",
    "archive unevict --config config.yaml --table archive_entries --json",
    "archive unevict --config config.yaml --uid 0190f3a8b2c000112233445566778899",
  )
    .addHelpText("after", "\nAn assistant of another version deletes them again at its next start.")
    .action(async (options: Options) => {
      const { table, uid: uids, json } = options;
      const body = { ...(table === undefined ? {} : { table }), ...(uids === undefined ? {} : { uids }) };
      const target = requireTarget(options);
      const document = await postDocument(target, "/v1/archive/unevict", body, unevictedDocument);
      if (json) printJson(document);
      else if (document.rows === 0) print("No row is hidden there.");
      else print(`${document.rows} ${document.rows === 1 ? "row comes" : "rows come"} back.`);
    });
}

function collectUids(value: string, all: readonly string[] = []): readonly string[] {
  if (!/^[0-9a-f]{32}$/i.test(value)) throw new InvalidArgumentError("A uid has 32 hex digits.");
  if (all.length === mostUids) throw new InvalidArgumentError(`At most ${mostUids} at once.`);
  return [...all, value.toLowerCase()];
}
