import type { Command } from "commander";
import {
  type ConflictDocument,
  conflictDocument,
  conflictsDocument,
  recordsDocument,
  restoredDocument,
} from "../client/documents.ts";
import { getDocument, postDocument } from "../client/node-client.ts";
import { type NodeOptions, requireTarget } from "../client/one-target.ts";
import type { Target } from "../client/target.ts";
import { misuse } from "../failure.ts";
import { confirm } from "../ui/confirm.ts";
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

interface Common extends NodeOptions {
  readonly json?: true;
}

export function addConflicts(parent: Command): void {
  const group = parent
    .command("conflicts")
    .description("Concurrent writes whose values differ: one is shown, none is lost.");
  addList(group);
  addShow(group);
  addRestore(group);
}

function addList(parent: Command): void {
  const command = parent
    .command("list")
    .description("Open conflicts, or the history of all.")
    .option("--records", "what happened, the latest first, whether open or not");
  withExamples(
    withJson(withPage(withNode(command))),
    "conflicts list --config config.yaml",
    "conflicts list --config config.yaml --records --limit 20",
  ).action(async (options: Common & PageOptions & { records?: true }) => {
    const target = requireTarget(options);
    if (options.records) await listRecords(target, options);
    else await listOpen(target, options);
  });
}

async function listOpen(target: Target, options: Common & PageOptions): Promise<void> {
  const document = await getDocument(target, pagePath("/v1/conflicts", options), conflictsDocument);
  if (options.json) return printJson(document);
  if (document.items.length === 0) return print("No conflict is open.");
  const rows = document.items.map(({ id, group, rule, writes, ...of }) => [
    id,
    nameOf(of),
    group,
    writes.map(({ author }) => author.slice(0, 8)).join(" "),
    rule,
  ]);
  print(
    `${table(["id", "of", "group", "authors, the shown one first", "rule"], rows, outWidth)}${more(document.next)}`,
  );
}

async function listRecords(target: Target, options: Common & PageOptions): Promise<void> {
  const document = await getDocument(target, pagePath("/v1/conflicts/records", options), recordsDocument);
  if (options.json) return printJson(document);
  if (document.items.length === 0) return print("There was no conflict.");
  const rows = document.items.map(({ id, at, name, type, rule, nodes }) => [
    id,
    at,
    name,
    type,
    rule,
    nodes.map((node) => node.slice(0, 8)).join(" "),
  ]);
  print(`${table(["record", "at", "of", "what", "rule", "authors"], rows, outWidth)}${more(document.next)}`);
}

function addShow(parent: Command): void {
  const command = parent
    .command("show <id>")
    .description("All values of an open conflict, or what a record keeps.");
  withExamples(
    withJson(withNode(command)),
    "conflicts show --config config.yaml 5f0c3a1e9b7d48264c1f5a0e9d8b7c6a",
    "conflicts show --config config.yaml 17",
  ).action(async (id: string, options: Common) => {
    const target = requireTarget(options);
    const record = recordOf(id);
    if (record !== undefined) return showRecord(target, record, options);
    const document = await getDocument(target, `/v1/conflicts/${id}`, conflictDocument);
    if (options.json) printJson(document);
    else print(describe(document));
  });
}

async function showRecord(target: Target, record: number, { json }: Common): Promise<void> {
  const path = pagePath("/v1/conflicts/records", { limit: 1, after: String(record + 1) });
  const { items } = await getDocument(target, path, recordsDocument);
  const found = items.find((one) => one.id === record);
  if (found === undefined)
    throw misuse(`there is no record ${record}; see: jarvisctl conflicts list --records`);
  if (json) return printJson(found);
  const { at, name, type, rule, nodes, details } = found;
  print(
    facts([
      ["record", record],
      ["at", at],
      ["of", name],
      ["what", type],
      ["rule", rule],
      ["authors", nodes.join(" ")],
      ["details", JSON.stringify(details)],
    ]),
  );
}

function describe({ id, group, rule, writes, ...of }: ConflictDocument): string {
  const summary = facts([
    ["conflict", id],
    ["of", nameOf(of)],
    ["group", group],
    ["rule", rule],
  ]);
  const columns = [...new Set(writes.flatMap(({ values }) => Object.keys(values ?? {})))];
  const rows = writes.map(({ author, at, values }, i) => [
    i === 0 ? "0 (shown)" : i,
    author,
    at ?? "adopted",
    ...columns.map((column) => textOf(values?.[column])),
  ]);
  return `${summary}\n\n${table(["write", "author", "at", ...columns], rows, outWidth)}`;
}

function nameOf({ object, uid, key }: Pick<ConflictDocument, "object" | "uid" | "key">): string {
  return key === undefined ? (uid === null ? object : `${object}/${uid}`) : `${object}/${textOf(key)}`;
}

/** A long value would hide the others; --json shows it whole. */
const shownCharacters = 200;

function textOf(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value ?? null);
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}… (${text.length})` : text;
}

function addRestore(parent: Command): void {
  const command = parent
    .command("restore <id>")
    .description(
      "Write a value again that was not shown: a new write that names all others and closes the conflict.",
    )
    .option(
      "--write <n>",
      "which write of an open conflict, as show numbers them; 0 keeps what is shown",
      wholeNumber(0, 1000),
    )
    .option("--value <n>", "which value of a record that keeps several, from 1", wholeNumber(1, 1000))
    .option("--yes", "do not ask");
  withExamples(
    withJson(withNode(command)),
    "conflicts restore --config config.yaml 5f0c3a1e9b7d48264c1f5a0e9d8b7c6a",
    "conflicts restore --config config.yaml 5f0c3a1e9b7d48264c1f5a0e9d8b7c6a --write 0",
    "conflicts restore --config config.yaml 17",
  ).action(async (id: string, options: Common & { write?: number; value?: number; yes?: true }) => {
    const target = requireTarget(options);
    const record = recordOf(id);
    if (record === undefined) await settle(target, id, options);
    else await restoreRecord(target, record, options);
  });
}

async function settle(
  target: Target,
  id: string,
  { write, value, yes, json }: Common & { write?: number; value?: number; yes?: true },
): Promise<void> {
  if (value !== undefined) throw misuse("--value is for records; an open conflict takes --write");
  const conflict = await getDocument(target, `/v1/conflicts/${id}`, conflictDocument);
  if (write === undefined && conflict.writes.length > 2)
    throw misuse(`the conflict has ${conflict.writes.length} writes; choose one with --write (0 is shown)`);
  const chosen = write ?? 1;
  if (!json) print(describe(conflict));
  await confirm(`Make write ${chosen} the value everywhere?`, yes);
  const document = await postDocument(
    target,
    `/v1/conflicts/${id}/restore`,
    { write: chosen },
    restoredDocument,
  );
  if (json) printJson(document);
  else print(`\nWritten as operation ${document.dot.seq} of this node; the conflict is closed.`);
}

async function restoreRecord(
  target: Target,
  record: number,
  { write, value = 1, yes, json }: Common & { write?: number; value?: number; yes?: true },
): Promise<void> {
  if (write !== undefined) throw misuse("--write is for open conflicts; a record takes --value");
  await confirm(`Write what record ${record} keeps over what is there now, everywhere?`, yes);
  const path = `/v1/conflicts/records/${record}/restore`;
  const document = await postDocument(target, path, { value }, restoredDocument);
  if (json) printJson(document);
  else print(`Written as operation ${document.dot.seq} of this node.`);
}

/** The number of a record; undefined for the id of an open conflict. */
function recordOf(id: string): number | undefined {
  if (/^[0-9a-f]{32}$/.test(id)) return undefined;
  if (/^[1-9]\d{0,11}$/.test(id)) return Number(id);
  throw misuse("a conflict is named by its 32 hex digits, a record by its number");
}
