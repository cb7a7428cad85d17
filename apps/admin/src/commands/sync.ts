import type { Command } from "commander";
import { exchangedDocument, statusDocument } from "../client/documents.ts";
import { getDocument, postDocument } from "../client/node-client.ts";
import { type NodeOptions, requireTarget } from "../client/one-target.ts";
import type { Target } from "../client/target.ts";
import { CommandFailure } from "../failure.ts";
import { print, printJson } from "../ui/terminal.ts";
import { withExamples, withJson, withNode } from "./options.ts";

interface Synced {
  readonly peer: string;
  /** Operations. */
  readonly sent: number;
  readonly received: number;
}

export function addSync(parent: Command): void {
  const command = parent
    .command("sync [node-id]")
    .description(
      "Synchronise now with a peer, or with every connected one: returns when both sides have stored what the other had.",
    );
  withExamples(
    withJson(withNode(command)),
    "sync --config config.yaml",
    "sync 2f16b9c2-b607-4629-a351-21dd6172f490 --config config.yaml --json",
  ).action(async (peer: string | undefined, options: NodeOptions & { json?: true }) => {
    const target = requireTarget(options);
    const peers = peer === undefined ? await connected(target) : [peer];
    if (peers.length === 0)
      throw new CommandFailure("no-peers", "no peer is connected; jarvisctl why tells the reasons");
    const synced: Synced[] = [];
    for (const one of peers) {
      const path = `/v1/peers/${encodeURIComponent(one)}/sync`;
      const exchanged = { peer: one, ...(await postDocument(target, path, {}, exchangedDocument)) };
      synced.push(exchanged);
      if (!options.json) print(`${one}: ${exchanged.sent} operations sent, ${exchanged.received} received`);
    }
    if (options.json) printJson({ peers: synced });
  });
}

async function connected(target: Target): Promise<readonly string[]> {
  const { peers } = await getDocument(target, "/v1/status", statusDocument);
  return peers.flatMap(({ node, state }) => (state === "connected" && node !== null ? [node] : []));
}
