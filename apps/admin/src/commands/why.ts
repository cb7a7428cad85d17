import { escapeText } from "@jarvis-crdt/config";
import type { Command } from "commander";
import { whyDocument } from "../client/documents.ts";
import { getDocument } from "../client/node-client.ts";
import { type NodeOptions, requireTarget } from "../client/one-target.ts";
import { exitCode } from "../failure.ts";
import { paragraph } from "../ui/paragraph.ts";
import { outWidth, print, printJson } from "../ui/terminal.ts";
import { withExamples, withJson, withNode } from "./options.ts";

const longest = 1_000;

export function addWhy(parent: Command, end: (code: number) => void): void {
  const command = parent
    .command("why [peer-or-entry]")
    .description("Is everything in sync, and if not, why not? Exit code 0 when it is, 1 when it is not.")
    .addHelpText(
      "after",
      "\nA peer is named by its node id, its name or its address, an entry by its uid (32 hex digits),\nan operation by its log and sequence (uuid:hex16/sequence).",
    );
  withExamples(
    withJson(withNode(command)),
    "why --config config.yaml",
    "why server --config config.yaml",
    "why 0198c3f2a1b4c5d6e7f8091a2b3c4d5e --config config.yaml --json",
  ).action(async (about: string | undefined, options: NodeOptions & { json?: true }) => {
    const query = about === undefined ? "" : `?${new URLSearchParams({ about })}`;
    const why = await getDocument(requireTarget(options), `/v1/why${query}`, whyDocument);
    if (!why.synced) end(exitCode.failed);
    if (options.json) return printJson(why);
    const lines = why.causes.map(({ sentence }) => sentence);
    if (why.synced) lines.unshift(about === undefined ? "Everything is in sync." : "It is in sync.");
    for (const line of [...lines, ...why.notes]) print(paragraph("", escapeText(line, longest), outWidth));
  });
}
