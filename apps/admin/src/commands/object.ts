import { describeTypes } from "@jarvis-crdt/replica";
import type { Command } from "commander";
import { type ObjectDocument, objectDocument, objectsDocument } from "../client/documents.ts";
import { getDocument, postDocument } from "../client/node-client.ts";
import { type NodeOptions, requireTarget } from "../client/one-target.ts";
import { misuse } from "../failure.ts";
import { facts, table } from "../ui/table.ts";
import { outWidth, print, printJson } from "../ui/terminal.ts";
import {
  more,
  type PageOptions,
  pagePath,
  wholeNumber,
  withExamples,
  withJson,
  withNode,
  withPage,
} from "./options.ts";

interface ListOptions extends NodeOptions, PageOptions {
  readonly type?: string;
  readonly json?: true;
}

interface ShowOptions extends NodeOptions {
  readonly type?: string;
  readonly limit: number;
  readonly json?: true;
}

interface UpdateOptions extends ShowOptions {
  readonly text?: true;
}

export function addObject(parent: Command): void {
  const group = parent
    .command("object")
    .description(
      "Counters, registers, sets, maps, logs and series by name; they replicate like everything else.",
    );
  addTypes(group);
  addList(group);
  addShow(group);
  addUpdate(group);
}

function addTypes(parent: Command): void {
  const command = parent
    .command("types")
    .description("Show all types, and what one can do to an object of each.");
  withExamples(withJson(command), "object types").action((options: { json?: true }) => {
    const types = describeTypes();
    if (options.json) printJson({ types });
    else
      print(
        table(
          ["type", "operations", "meaning"],
          types.map(({ type, operations, summary }) => [type, operations.join(", "), summary]),
          outWidth,
        ),
      );
  });
}

function addList(parent: Command): void {
  const command = parent.command("list").description("Show the objects that a node knows, with their types.");
  withExamples(
    withJson(withNode(withPage(command.option("--type <type>", "only objects of this type")))),
    "object list --config config.yaml",
    "object list --config config.yaml --type bounded_counter --json",
  ).action(async (options: ListOptions) => {
    const { type } = options;
    const path = pagePath("/v1/objects", options, type === undefined ? {} : { type });
    const page = await getDocument(requireTarget(options), path, objectsDocument);
    if (options.json) printJson(page);
    else if (page.objects.length === 0) print("There are no objects.");
    else {
      const rows = page.objects.map(({ name, type }) => [name, type]);
      print(table(["name", "type"], rows, outWidth) + more(page.next));
    }
  });
}

function addShow(parent: Command): void {
  const command = withLimit(parent.command("show <name>").description("Show what an object holds."));
  withExamples(
    withJson(withNode(command)),
    "object show requests --config config.yaml",
    "object show tags --config config.yaml --json",
  ).action(async (name: string, options: ShowOptions) => {
    const { type, limit } = options;
    const path = pagePath(pathOf(name), { limit }, type === undefined ? {} : { type });
    show(await getDocument(requireTarget(options), path, objectDocument), options.json);
  });
}

function addUpdate(parent: Command): void {
  const command = withLimit(
    parent
      .command("update <name> <operation> [values...]")
      .description("Change an object. It is made where it is not there, of the type that --type says.")
      .option("--text", "take the values as text as they stand, also where they could be JSON"),
  );
  withExamples(
    withJson(withNode(command)),
    "object update requests increment 3 --type pn_counter --config config.yaml",
    "object update tags add urgent home --type or_set --config config.yaml",
    "object update credit increment 1000 --type bounded_counter --config config.yaml",
    "object update credit transfer 6b1f0c3e-2d4a-4c55-9d11-0a1b2c3d4e5f 300 --config config.yaml",
    "object update settings set theme '{\"dark\":true}' --type lww_map --config config.yaml",
    "object update stock update apples decrement 2 --type or_map:pn_counter --config config.yaml",
    "object update load record 1760000000 0.7 --type time_series:60:1440 --config config.yaml",
  )
    .addHelpText(
      "after",
      '\nA value that is JSON is taken as such (3, true, null, {…}, "text"), any other as text: 007 is text, 7 a number.' +
        "\nNegative numbers stand behind --. jarvisctl object types shows what one can do.",
    )
    .action(async (name: string, operation: string, words: readonly string[], options: UpdateOptions) => {
      const { type, limit, text, json } = options;
      const values = words.map((word) => (text ? word : parsed(word)));
      const body = { ...(type === undefined ? {} : { type }), operation, values };
      const path = pagePath(pathOf(name), { limit });
      show(await postDocument(requireTarget(options), path, body, objectDocument), json);
    });
}

function withLimit(command: Command): Command {
  return command
    .option("--type <type>", "the type, where the object is new or of several types")
    .option("--limit <n>", "show so many elements at most, of a log the last", wholeNumber(1, 1000), 100);
}

function pathOf(name: string): string {
  if (name === "" || name === "." || name === "..") throw misuse("the object needs another name");
  return `/v1/objects/${encodeURIComponent(name)}`;
}

function parsed(word: string): unknown {
  try {
    return JSON.parse(word);
  } catch {
    return word;
  }
}

function show(document: ObjectDocument, json: true | undefined): void {
  if (json) {
    printJson(document);
    return;
  }
  const { name, type, value } = document;
  print(
    `${facts([["name", name], ["type", type], ...lines(value)])}${document.more ? "\n\nThere is more: --limit" : ""}`,
  );
}

/** One line for each element of a list, each member of an object, else for the value. */
function lines(value: unknown): readonly (readonly [string, string])[] {
  if (Array.isArray(value))
    return value.length === 0 ? [["value", "(empty)"]] : value.map((one) => ["", text(one)] as const);
  if (typeof value === "object" && value !== null && !Object.keys(value).some((key) => key.startsWith("$"))) {
    return Object.entries(value).map(([key, one]) => [key, text(one)] as const);
  }
  return [["value", text(value)]];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
