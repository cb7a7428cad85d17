import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { initCa, isName } from "@jarvis-crdt/security";
import { type Command, InvalidArgumentError } from "commander";
import { confirm } from "../ui/confirm.ts";
import { print, printJson } from "../ui/terminal.ts";
import { withExamples, withJson } from "./options.ts";

interface Options {
  readonly out: string;
  readonly cluster?: string;
  readonly force?: boolean;
  readonly yes?: true;
  readonly json?: true;
}

/** Accepts names of clusters and nodes. */
export function name(text: string): string {
  if (!isName(text)) throw new InvalidArgumentError('Allowed: 1 to 63 of a-z, 0-9 and "-".');
  return text;
}

export function addCaInit(parent: Command): void {
  const command = parent
    .command("init")
    .description("Make the authority of a new cluster: ca.pem, ca.key and cluster.json.")
    .requiredOption("--out <dir>", "folder to write to")
    .option("--cluster <name>", 'name of the cluster (default: "jarvis")', name)
    .option("--force", "replace an authority that is there; all its certificates become worthless")
    .option("--yes", "do not ask");
  withExamples(
    withJson(command),
    "ca init --out ca --cluster home",
    "ca init --out ca --cluster home --json",
  ).action(async ({ out, cluster, force = false, yes, json }: Options) => {
    if (force && existsSync(join(out, "ca.key"))) {
      await confirm(
        `This destroys the authority in ${out}; no node that it certified can connect any more.`,
        yes,
      );
    }
    const made = await initCa({
      out,
      ...(cluster === undefined ? {} : { cluster }),
      now: Date.now(),
      random: randomBytes,
      force,
    });
    if (json) printJson({ ...made, out: resolve(out) });
    else {
      print(`Made the authority of the cluster "${made.cluster}" (${made.id}) in ${out}.`);
      print("ca.key makes members of the cluster: keep it off the nodes, with a copy in a safe place.");
      print(`Next, for each node: jarvisctl node issue --ca ${out} --name NAME --role writer --out DIR`);
    }
  });
}
