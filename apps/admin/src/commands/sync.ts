import { escapeText } from "@jarvis-crdt/config";
import type { Command } from "commander";
import { exchangedDocument, statusDocument } from "../client/documents.ts";
import { getDocument, postDocument } from "../client/node-client.ts";
import { type NodeOptions, requireTarget } from "../client/one-target.ts";
import type { Target } from "../client/target.ts";
import { CommandFailure } from "../failure.ts";
import { print, printJson } from "../ui/terminal.ts";
import { withExamples, withJson, withNode } from "./options.ts";

const nodeId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

interface Synced {
  readonly peer: string;
  /** Operations. */
  readonly sent: number;
  readonly received: number;
}

export function addSync(parent: Command): void {
  const command = parent
    .command("sync [peer]")
    .description(
      "Synchronise now with a peer, or with every connected one: returns when both sides have stored what the other had.",
    );
  command.addHelpText(
    "after",
    "\nA peer is named by its node id, its name or its address, as status shows them.",
  );
  withExamples(
    withJson(withNode(command)),
    "sync --config config.yaml",
    "sync server --config config.yaml",
    "sync 2f16b9c2-b607-4629-a351-21dd6172f490 --config config.yaml --json",
  ).action(async (peer: string | undefined, options: NodeOptions & { json?: true }) => {
    const target = requireTarget(options);
    const peers = peer === undefined ? await connected(target) : [await named(target, peer)];
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

/** The node id of a peer by what people call it. */
async function named(target: Target, name: string): Promise<string> {
  if (nodeId.test(name)) return name;
  const { peers } = await getDocument(target, "/v1/status", statusDocument);
  const found = new Set(
    peers.filter((peer) => peer.name === name || peer.address === name).map(({ node }) => node),
  );
  const [node] = found;
  if (typeof node === "string" && found.size === 1) return node;
  const [code, reason] =
    found.size > 1
      ? (["ambiguous-peer", "is the name of several peers; name one by its node id or its address"] as const)
      : node === null
        ? (["unknown-peer", "was not reached yet"] as const)
        : (["unknown-peer", "is the node id, name or address of no peer"] as const);
  throw new CommandFailure(code, `${escapeText(name)} ${reason}: jarvisctl status lists them`);
}

async function connected(target: Target): Promise<readonly string[]> {
  const { peers } = await getDocument(target, "/v1/status", statusDocument);
  return peers.flatMap(({ node, state }) => (state === "connected" && node !== null ? [node] : []));
}
