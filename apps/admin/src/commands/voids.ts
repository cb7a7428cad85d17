import type { Command } from "commander";
import { voidsDocument } from "../client/documents.ts";
import { getDocument } from "../client/node-client.ts";
import { type NodeOptions, requireTarget } from "../client/one-target.ts";
import { table } from "../ui/table.ts";
import { outWidth, print, printJson } from "../ui/terminal.ts";
import { withExamples, withJson, withNode } from "./options.ts";

export function addVoids(parent: Command): void {
  const command = parent
    .command("voids")
    .description(
      "Logs of which a part does not count: two copies of a machine wrote them, or its clock was ahead.",
    )
    .addHelpText(
      "after",
      "\nNothing of it is lost: its author writes it anew as soon as it meets a node that has it. Until then the node\n" +
        "that has it lists it as not settled; start the author, or any copy of it, and let the two meet.",
    );
  withExamples(withJson(withNode(command)), "voids --config config.yaml").action(
    async (options: NodeOptions & { json?: true }) => {
      const document = await getDocument(requireTarget(options), "/v1/voids", voidsDocument);
      if (options.json) return printJson(document);
      if (document.voids.length === 0) return print("Everything that is stored here counts.");
      const rows = document.voids.map(({ log, from, operations, settled, by, reason }) => [
        `${log}/${from}`,
        String(operations),
        reason === "clock-ahead" ? "its clock was ahead" : "written twice",
        settled ? "written anew" : "not settled",
        by,
      ]);
      print(table(["from", "operations here", "why", "what became of them", "by"], rows, outWidth));
    },
  );
}
