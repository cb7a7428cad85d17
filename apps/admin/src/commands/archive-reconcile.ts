import type { Command } from "commander";
import { adoptedDocument, statusDocument } from "../client/documents.ts";
import { getDocument, postDocument } from "../client/node-client.ts";
import { type NodeOptions, requireTarget } from "../client/one-target.ts";
import { confirm } from "../ui/confirm.ts";
import { print, printJson } from "../ui/terminal.ts";
import { withExamples, withJson, withNode } from "./options.ts";

interface Options extends NodeOptions {
  readonly adopt?: true;
  readonly yes?: true;
  readonly json?: true;
}

export function addArchiveReconcile(parent: Command): void {
  const command = parent
    .command("reconcile")
    .description(
      "Show rows of the archive that no log knows, left where archive and state were brought together.",
    )
    .option("--adopt", "make them rows of this node, without waiting for a peer")
    .option("--yes", "do not ask");
  withExamples(
    withJson(withNode(command)),
    "archive reconcile --config config.yaml",
    "archive reconcile --config config.yaml --adopt --yes",
  )
    .addHelpText(
      "after",
      "\nA node adopts such rows by itself once it is in sync with a peer, which may know them. Adopt them where no peer will" +
        "\ncome; a row that a peer knows, and that was edited since, may then be there twice.",
    )
    .action(async (options: Options) => {
      const target = requireTarget(options);
      if (!options.adopt) {
        const { counts } = await getDocument(target, "/v1/status", statusDocument);
        const rows = counts.leftovers ?? 0;
        if (options.json) printJson({ rows, adopting: false });
        else if (rows === 0) print("Every row of the archive is known to the log.");
        else
          print(
            `${several(rows)} unknown to the log; this node adopts them once it is in sync with a peer, or with --adopt.`,
          );
        return;
      }
      await confirm("Rows that no log knows become rows of this node, and go to all others.", options.yes);
      const { rows } = await postDocument(target, "/v1/archive/adopt", {}, adoptedDocument);
      if (options.json) printJson({ rows, adopting: true });
      else if (rows === 0) print("Every row of the archive is known to the log; nothing is to be adopted.");
      else print(`${several(rows)} being adopted; "jarvisctl status" counts those that are left.`);
    });
}

function several(rows: number): string {
  return `${rows} ${rows === 1 ? "row is" : "rows are"}`;
}
