import type { Command } from "commander";
import { droppedDocument, quarantineDocument, retriedDocument } from "../client/documents.ts";
import { getDocument, postDocument } from "../client/node-client.ts";
import { type NodeOptions, requireTarget } from "../client/one-target.ts";
import type { Target } from "../client/target.ts";
import { CommandFailure } from "../failure.ts";
import { confirm } from "../ui/confirm.ts";
import { table } from "../ui/table.ts";
import { outWidth, print, printJson } from "../ui/terminal.ts";
import { more, type PageOptions, pagePath, withExamples, withJson, withNode, withPage } from "./options.ts";

interface Common extends NodeOptions {
  readonly json?: true;
}

export function addQuarantine(parent: Command): void {
  const group = parent
    .command("quarantine")
    .description("What is stored here and cannot be used yet: nothing of it is lost or skipped.");
  addList(group);
  addRetry(group);
  addDrop(group);
}

function addList(parent: Command): void {
  const command = parent
    .command("list")
    .description("Transactions that are not interpreted, and rows that the archive refuses, with the reason.")
    .option("--dropped", "transactions that were dropped, instead of the others");
  withExamples(
    withJson(withPage(withNode(command))),
    "quarantine list --config config.yaml",
    "quarantine list --config config.yaml --limit 1000 --json",
  ).action(async (options: Common & PageOptions & { dropped?: true }) => {
    const path = pagePath("/v1/quarantine", options, { dropped: String(options.dropped ?? false) });
    const document = await getDocument(requireTarget(options), path, quarantineDocument);
    if (options.json) return printJson(document);
    if (document.items.length === 0) return print("Nothing is in quarantine.");
    const rows = document.items.map((one) => [
      one.id,
      one.kind === "row" ? `a row of ${one.table}, ${one.tries} tries` : `${one.operations} operations`,
      one.reason,
      one.detail,
    ]);
    print(`${table(["id", "what", "reason", "in words"], rows, outWidth)}${more(document.next)}`);
  });
}

function addRetry(parent: Command): void {
  const command = parent
    .command("retry")
    .description("Try everything once more. The node does so by itself when it has reason to.");
  withExamples(withJson(withNode(command)), "quarantine retry --config config.yaml").action(
    async (options: Common) => {
      const target = requireTarget(options);
      const document = await postDocument(target, "/v1/quarantine/retry", {}, retriedDocument);
      if (options.json) return printJson(document);
      const { transactions, rows } = document;
      print(
        `${transactions} ${transactions === 1 ? "transaction is" : "transactions are"} interpreted now; ` +
          `the archive tries ${rows} ${rows === 1 ? "row" : "rows"} again.`,
      );
    },
  );
}

/** Nobody is asked about what is not there. Looks at the list page by page, until all were met. */
async function requireListed(target: Target, ids: readonly string[], dropped: boolean): Promise<void> {
  // That a row cannot be listed again the node says better.
  const missing = new Set(dropped ? ids.filter((id) => id.includes("/")) : ids);
  for (let after: string | undefined; missing.size > 0; ) {
    const path = pagePath("/v1/quarantine", { limit: 1000, after }, { dropped: String(dropped) });
    const { items, next } = await getDocument(target, path, quarantineDocument);
    for (const { id } of items) missing.delete(id);
    if (next === null || items.length === 0) break;
    after = next;
  }
  const [id] = missing;
  if (id === undefined) return;
  const list = `jarvisctl quarantine list${dropped ? " --dropped" : ""}`;
  throw new CommandFailure(
    "not-listed",
    `${id} is not listed here; "${list}" shows what is. Nothing was changed.`,
  );
}

function addDrop(parent: Command): void {
  const command = parent
    .command("drop <id...>")
    .description("Hide entries on this node: not listed, not counted; a row is not shown any more.")
    .option("--undo", "list transactions again that were dropped")
    .option("--yes", "do not ask");
  withExamples(
    withJson(withNode(command)),
    "quarantine drop --config config.yaml 0190f3a8b2c000112233445566778899",
    "quarantine drop --config config.yaml --undo 0190f3a8-….:00112233445566ff/17",
  )
    .addHelpText(
      "after",
      "\nNothing is skipped: a transaction stays stored, is passed on to others, and is interpreted once its reason is\n" +
        'gone. A row stays on all other nodes; "archive unevict" brings it back here.',
    )
    .action(async (ids: readonly string[], options: Common & { undo?: true; yes?: true }) => {
      const target = requireTarget(options);
      await requireListed(target, ids, options.undo ?? false);
      if (!options.undo) await confirm(`Hide ${ids.length} on this node?`, options.yes);
      const body = { ids, undo: options.undo ?? false };
      const document = await postDocument(target, "/v1/quarantine/drop", body, droppedDocument);
      if (options.json) return printJson(document);
      print(`${document.dropped} ${options.undo ? "listed again" : "hidden on this node"}.`);
    });
}
