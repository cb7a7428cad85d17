import { loadConfiguration } from "@jarvis-crdt/config";
import type { Command } from "commander";
import { z } from "zod";
import { postDocument } from "../client/node-client.ts";
import { type NodeOptions, requireTarget } from "../client/one-target.ts";
import { configTarget } from "../client/target.ts";
import { CommandFailure } from "../failure.ts";
import { print, printJson } from "../ui/terminal.ts";
import { withExamples, withJson, withNode } from "./options.ts";

const reloaded = z.looseObject({ reloaded: z.literal(true) });

export function addReload(parent: Command): void {
  const command = parent
    .command("reload")
    .description("Let a running node take up its changed configuration: tables, patterns, peers.");
  withExamples(
    withJson(withNode(command)),
    "reload --config config.yaml",
    "reload --node http://127.0.0.1:8889 --token-file data/http.token",
  ).action(async (options: NodeOptions & { json?: true }) => {
    await postDocument(requireTarget(options), "/v1/reload", {}, reloaded);
    if (options.json) printJson({ reloaded: true });
    else print("The node has taken up its configuration.");
  });
}

/** Reloads the node of a configuration, if it can be found there. Returns whether it did. */
export async function reloadBy(config: string): Promise<boolean> {
  if (loadConfiguration(config).http.port === 0) return false;
  try {
    await postDocument(configTarget(config), "/v1/reload", {}, reloaded);
    return true;
  } catch (error) {
    const code = error instanceof CommandFailure ? error.code : undefined;
    if (code === "unreachable" || code === "token-unreadable") return false;
    throw error;
  }
}
