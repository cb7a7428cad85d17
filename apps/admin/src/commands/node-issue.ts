import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { issueNode, type Role } from "@jarvis-crdt/security";
import { type Command, InvalidArgumentError, Option } from "commander";
import { confirm } from "../ui/confirm.ts";
import { print, printJson } from "../ui/terminal.ts";
import { name } from "./ca-init.ts";
import { withExamples, withJson } from "./options.ts";

interface Options {
  readonly ca: string;
  readonly name: string;
  readonly role: Role;
  readonly out: string;
  readonly id?: string;
  readonly force?: boolean;
  readonly yes?: true;
  readonly json?: true;
}

function uuid(text: string): string {
  const lower = text.toLowerCase();
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(lower))
    throw new InvalidArgumentError("It is no UUID.");
  return lower;
}

export function addNodeIssue(parent: Command): void {
  const command = parent
    .command("issue")
    .description("Make the key and the certificate of a node: node.pem, node.key and ca.pem.")
    .requiredOption("--ca <dir>", "folder of the authority")
    .requiredOption("--name <name>", "name of the node", name)
    .addOption(
      new Option("--role <role>", "the most that the node may do")
        .choices(["reader", "writer", "admin"])
        .makeOptionMandatory(),
    )
    .requiredOption("--out <dir>", "folder to write to; the node's security.node_certificates")
    .option("--id <uuid>", "UUID of the node, to renew its certificate (default: a fresh one)", uuid)
    .option("--force", "replace a key that is there")
    .option("--yes", "do not ask");
  withExamples(
    withJson(command),
    "node issue --ca ca --name kitchen --role writer --out config/certs",
    "node issue --ca ca --name kitchen --role writer --out config/certs --id UUID --force   # renew",
  ).action(async ({ ca, name, role, out, id, force = false, yes, json }: Options) => {
    if (force && existsSync(join(out, "node.key"))) {
      await confirm(`This destroys the node key in ${out}; it cannot be made again.`, yes);
    }
    const { node, cluster, notAfter } = await issueNode({
      ca,
      name,
      role,
      out,
      ...(id === undefined ? {} : { node: id }),
      now: Date.now(),
      random: randomBytes,
      force,
    });
    const expires = new Date(notAfter).toISOString();
    if (json) printJson({ node, name, role, cluster, expires, out: resolve(out) });
    else {
      print(
        `Issued ${role} "${name}" (${node}) of the cluster "${cluster}" in ${out}, valid until ${expires}.`,
      );
      print(
        "Bring the folder to the node by a safe way; node.key is readable by its owner only and must stay so.",
      );
    }
  });
}
