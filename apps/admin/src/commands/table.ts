import { loadConfiguration, type TableEntry, withTable, writeConfiguration } from "@jarvis-crdt/config";
import { type Command, Option } from "commander";
import { CommandFailure, misuse } from "../failure.ts";
import { readMapping } from "../mapping-source.ts";
import { confirm } from "../ui/confirm.ts";
import { print, printJson } from "../ui/terminal.ts";
import { type SourceOptions, tablesText, withSource } from "./mapping.ts";
import { withConfig, withExamples, withJson } from "./options.ts";
import { reloadBy } from "./reload.ts";

interface AddOptions {
  readonly config: string;
  readonly kind?: "records" | "grow-only" | "map";
  readonly key?: readonly string[];
  readonly lww: readonly (readonly string[])[];
  readonly deletes?: "replicate" | "evict";
  readonly json?: true;
}

interface RemoveOptions {
  readonly config: string;
  readonly yes?: true;
  readonly json?: true;
}

export function addTable(parent: Command): void {
  const group = parent.command("table").description("Which tables of the archive replicate.");
  addList(group);
  addAdd(group);
  addRemove(group);
}

function addList(parent: Command): void {
  const command = parent.command("list").description("Show all tables: how they replicate, or why not.");
  withExamples(withJson(withSource(command)), "table list --config config.yaml").action(
    (options: SourceOptions) => {
      const { tables, missing } = readMapping(options);
      if (options.json) printJson({ tables, missing });
      else print(tablesText({ tables, missing }));
    },
  );
}

function addAdd(parent: Command): void {
  const command = parent
    .command("add <table>")
    .description("Declare that a table replicates; refused, with the reason, where it cannot.")
    .addOption(
      new Option(
        "--kind <kind>",
        "records: rows come and go, told apart by a local number · map: rows with equal keys are one row · " +
          "grow-only: rows are only added (default: records with an INTEGER PRIMARY KEY, else map)",
      ).choices(["records", "map", "grow-only"]),
    )
    .option("--key <columns>", "columns of the key that replicates, where a table has several", columnsOf)
    .option(
      "--lww <groups>",
      "columns that are written together, such as a+b,c; the rest is one group",
      groupsOf,
      [] as string[][],
    )
    .addOption(
      new Option(
        "--deletes <meaning>",
        "what a deletion by an application means: remove everywhere, or hide on its node " +
          "(default: replicate; of grow-only tables evict)",
      ).choices(["replicate", "evict"]),
    );
  withExamples(
    withJson(withConfig(command)),
    "table add notes --config config.yaml",
    "table add settings --config config.yaml --kind map --lww value,comment --deletes evict",
  )
    .addHelpText("after", "\nDeclare a table alike on every node: rows of other declarations wait.")
    .action(async (name: string, options: AddOptions) => {
      const { config, kind, key, lww, deletes } = options;
      const groups = lww.length > 0 ? lww : undefined;
      const entry = { kind, key, groups, deletes };
      const mapping = readMapping({ config }, (known) => ({
        ...known,
        tables: { ...known.tables, [name]: entry },
      }));
      const found = mapping.tables.find((one) => one.name === name);
      if (found === undefined)
        throw new CommandFailure(
          "no-table",
          `the archive has no table ${name}; jarvisctl table list shows all`,
        );
      if (found.kind === "local")
        throw new CommandFailure("cannot-replicate", `${name} cannot replicate: ${found.why}`);
      await change(config, name, entry, options.json, `${name} replicates as ${found.kind}`, found);
    });
}

function addRemove(parent: Command): void {
  const command = parent
    .command("remove <table>")
    .description("Let a table stay on this node from now on; what other nodes have of it stays there.")
    .option("--yes", "do not ask");
  withExamples(withJson(withConfig(command)), "table remove notes --config config.yaml --yes").action(
    async (name: string, options: RemoveOptions) => {
      const { config, yes, json } = options;
      if (!Object.hasOwn(loadConfiguration(config).tables, name))
        throw new CommandFailure("not-declared", `${config} declares no table ${name}`);
      await confirm(`From now on nobody else learns what is written into ${name}.`, yes);
      await change(config, name, undefined, json, `${name} is not declared any more`);
    },
  );
}

async function change(
  config: string,
  name: string,
  entry: TableEntry | undefined,
  json: true | undefined,
  done: string,
  table?: object,
): Promise<void> {
  writeConfiguration(config, (text) => withTable(text, name, entry));
  const reloaded = await reloadBy(config);
  if (json) printJson({ table: table ?? null, reloaded });
  else
    print(
      `${done}${reloaded ? "; the running node has taken it up." : ". A running node takes it up with: jarvisctl reload, a stopped one when it starts."}`,
    );
}

function columnsOf(text: string): string[] {
  const columns = text.split(",").map((one) => one.trim());
  if (columns.includes("")) throw misuse(`${JSON.stringify(text)} names no columns; write --key a,b`);
  return columns;
}

function groupsOf(text: string): string[][] {
  const groups = text.split(",").map((group) => group.split("+").map((one) => one.trim()));
  if (groups.flat().includes("")) throw misuse(`${JSON.stringify(text)} names no groups; write --lww a+b,c`);
  return groups;
}
