import type { TableDocument, TypeRule } from "@jarvis-crdt/archive";
import type { Command } from "commander";
import { readMapping } from "../mapping-source.ts";
import { facts, table } from "../ui/table.ts";
import { outWidth, print, printJson } from "../ui/terminal.ts";
import { unlessGiven, withExamples, withJson } from "./options.ts";

export interface SourceOptions {
  readonly archive?: string;
  readonly config?: string;
  readonly json?: true;
}

export function addMapping(parent: Command): void {
  const command = parent
    .command("mapping")
    .description("Show what of an archive replicates, as what, and what stays local and why.");
  withExamples(
    withJson(withSource(command)),
    "mapping --config config.yaml",
    "mapping --archive data/jarvis_archive.db --json",
  )
    .addHelpText(
      "after",
      "\nPatterns are changed under archive.operations in the configuration, tables with: jarvisctl table add",
    )
    .action((options: SourceOptions) => {
      const mapping = readMapping(options);
      if (options.json) {
        printJson(mapping);
        return;
      }
      const { configured, plan, assistant, otherwise } = mapping.operations;
      const rules = [
        ...named(configured, "configuration"),
        ...named(plan, "plan"),
        ...named(assistant, "assistant"),
      ];
      print(table(["operation", "type", "from"], [...rules, ["(any other)", otherwise, ""]], outWidth));
      print(`\n${tablesText(mapping)}`);
    });
}

/** Names the archive: by its path, or by the configuration that names it and declares its tables. */
export function withSource(command: Command): Command {
  return command
    .option("--config <file>", `the node's configuration: its archive, patterns and tables ${unlessGiven}`)
    .option("--archive <file>", "an archive file; without --config as if nothing were declared");
}

export function tablesText({
  tables,
  missing,
}: {
  readonly tables: readonly TableDocument[];
  readonly missing: readonly string[];
}): string {
  const rows = tables.map((one) => [
    one.name,
    one.kind,
    one.key?.join(", ") ?? (one.kind === "local" ? null : "local number"),
    groupsText(one),
    one.deletes,
    one.why === null ? null : `${one.refused ? "refused: " : ""}${one.why}`,
  ]);
  const text = table(["table", "kind", "key", "groups", "deletes", "why local"], rows, outWidth);
  return missing.length === 0
    ? text
    : `${text}\n\n${facts([["declared and not in the file", missing.join(", ")]])}`;
}

function groupsText({ groups, first_value_only: first }: TableDocument): string | null {
  const shown = Object.entries(groups).map(
    ([name, columns]) => `${name}${first.includes(name) ? " (first value only)" : ""}: ${columns.join(", ")}`,
  );
  return shown.length === 0 ? null : shown.join("; ");
}

function named(rules: readonly TypeRule[], from: string): string[][] {
  return rules.map(({ pattern, type }) => [pattern, type, from]);
}
