import { existsSync } from "node:fs";
import type { Command } from "commander";
import { digestDocument } from "../client/documents.ts";
import { getDocument } from "../client/node-client.ts";
import { type NodeOptions, requireTarget, targetOf } from "../client/one-target.ts";
import { configTarget, type Target, urlTarget } from "../client/target.ts";
import { compareDigests } from "../compare.ts";
import { type Differing, differingCells } from "../differing-cells.ts";
import { exitCode, misuse } from "../failure.ts";
import { facts, table } from "../ui/table.ts";
import { colour, outWidth, print, printJson } from "../ui/terminal.ts";
import { unlessGiven, wholeNumber, withExamples, withJson } from "./options.ts";

interface Options {
  readonly node?: string;
  readonly tokenFile?: readonly string[];
  readonly config?: string;
  readonly compare?: readonly string[];
  readonly rows?: number;
  readonly json?: true;
}

const collect = (value: string, all: readonly string[] = []): readonly string[] => [...all, value];

/** `end` receives the exit code where the nodes differ. */
export function addDigest(parent: Command, end: (code: number) => void): void {
  const command = parent
    .command("digest")
    .description("Show the digest of a node's state, or compare the digests of several nodes.")
    .option("--config <file>", `the node's configuration ${unlessGiven}`)
    .option("--node <url>", "instead of --config: URL of the node, such as http://127.0.0.1:8889")
    .option(
      "--token-file <file>",
      "with URLs: http.token; of several one for all, or one for each in order",
      collect,
    )
    .option("--compare <nodes...>", "nodes to compare: URLs or configuration files")
    .option(
      "--rows <n>",
      "with two nodes, tell so many rows in which they differ (default: 20 where they diverged)",
      wholeNumber(0, 1000),
    );
  withExamples(
    withJson(command),
    "digest --config config.yaml",
    "digest --compare node1/config.yaml node2/config.yaml",
    "digest --compare node1/config.yaml node2/config.yaml --rows 100",
    "digest --compare http://127.0.0.1:8889 http://127.0.0.1:8899 --token-file a.token --token-file b.token",
  )
    .addHelpText("after", "\nComparing gives 0 if the nodes are equal, 1 if they differ.")
    .action(async (options: Options) => {
      if (options.compare === undefined) await showOne(options);
      else if (!(await compare(options, options.compare))) end(exitCode.failed);
    });
}

async function showOne({ node, tokenFile = [], config, json }: Options): Promise<void> {
  if (tokenFile.length > 1) throw misuse("one node has one token; several are for --compare");
  const one: NodeOptions = {
    ...(node === undefined ? {} : { node }),
    ...(config === undefined ? {} : { config }),
    ...(tokenFile[0] === undefined ? {} : { tokenFile: tokenFile[0] }),
  };
  const document = await getDocument(requireTarget(one), "/v1/digest", digestDocument);
  if (json) return printJson(document);
  const { digest, rows, cells, frontier } = document;
  print(
    facts([
      ["digest", digest],
      ["rows", rows],
      ["cells", cells],
    ]),
  );
  const logs = Object.entries(frontier).map(([log, { seq }]) => [log, seq]);
  if (logs.length > 0) print(`\n${table(["log", "sequence"], logs, outWidth)}`);
}

async function compare(options: Options, names: readonly string[]): Promise<boolean> {
  const targets = comparedTargets(options, names);
  const documents = await Promise.all(targets.map((one) => getDocument(one, "/v1/digest", digestDocument)));
  const { verdict, logs } = compareDigests(documents);
  const equal = verdict === "equal";
  const limit = equal ? 0 : (options.rows ?? (verdict === "diverged" ? 20 : 0));
  const [first, second, third] = targets;
  const differing =
    limit > 0 && first && second && !third ? await differingCells(first, second, limit) : undefined;

  const nodes = targets.map(({ url }, index) => {
    const { digest, rows, cells } = documents[index]!;
    return { url, digest, rows, cells };
  });
  if (options.json) {
    printJson({ verdict, nodes, logs, ...(differing && { differing }) });
    return equal;
  }
  print(
    table(
      ["node", "digest", "rows", "cells"],
      nodes.map(({ url, digest, rows, cells }) => [url, digest, rows, cells]),
      outWidth,
    ),
  );
  if (logs.length > 0) {
    const rows = logs.map(({ log, seqs }) => [log, ...seqs]);
    print(`\n${table(["log", ...nodes.map(({ url }) => url)], rows, outWidth)}`);
  }
  if (differing) print(`\n${differingText(differing)}`);
  print(`\n${sentences[verdict]}`);
  return equal;
}

function differingText({ cells, more, exchanges }: Differing): string {
  const rows = cells.map(({ type, object, key, is }) => [type, object, key, is]);
  const found = `Found in ${exchanges} exchanges${more ? "; there are more: --rows" : ""}.`;
  return `${table(["type", "of", "key", "is"], rows, outWidth)}\n${found}`;
}

const sentences = {
  equal: colour.green("The nodes are equal."),
  behind: colour.yellow("The nodes differ: they have not seen the same operations yet. Ask again later."),
  diverged: colour.red("The nodes DIVERGED: they have seen the same operations and hold different state."),
};

function comparedTargets(
  { node, tokenFile = [], config }: Options,
  names: readonly string[],
): readonly Target[] {
  const urls = [...(node === undefined ? [] : [node]), ...names.filter((name) => !existsSync(name))];
  if (tokenFile.length > 1 && tokenFile.length !== urls.length) {
    throw misuse(
      `there are ${tokenFile.length} tokens for ${urls.length} URLs; give one for all or one for each`,
    );
  }
  let used = 0;
  const byUrl = (url: string) => urlTarget(url, tokenFile.length > 1 ? tokenFile[used++] : tokenFile[0]);
  const first = config === undefined ? undefined : targetOf({ config });
  const targets = [
    ...(first === undefined ? [] : [first]),
    ...(node === undefined ? [] : [byUrl(node)]),
    ...names.map((name) => (existsSync(name) ? configTarget(name) : byUrl(name))),
  ];
  if (targets.length < 2) throw misuse("comparing needs two nodes or more");
  return targets;
}
