import { escapeText } from "@jarvis-crdt/config";
import type { Command } from "commander";
import { type StatusDocument, statusDocument } from "../client/documents.ts";
import { getDocument } from "../client/node-client.ts";
import { type NodeOptions, requireTarget } from "../client/one-target.ts";
import { bytesText } from "../ui/bytes-text.ts";
import { facts, table } from "../ui/table.ts";
import { colour, outWidth, print, printJson } from "../ui/terminal.ts";
import { withExamples, withJson, withNode } from "./options.ts";

export function addStatus(parent: Command): void {
  const command = parent.command("status").description("Show what a node holds and whom it talks to.");
  withExamples(
    withJson(withNode(command)),
    "status --config config.yaml",
    "status --node http://127.0.0.1:8889 --token-file data/http.token --json",
  ).action(async (options: NodeOptions & { json?: true }) => {
    const status = await getDocument(requireTarget(options), "/v1/status", statusDocument);
    if (options.json) printJson(status);
    else print(describe(status));
  });
}

function describe(status: StatusDocument): string {
  const { counts } = status;
  const summary = facts([
    ["node", status.node],
    ["incarnation", status.incarnation],
    ["cluster", status.cluster],
    ["version", status.version],
    ["rows", counts.rows],
    ["operations", counts.operations],
    ["batches", counts.batches],
    ["quarantined", counts.quarantined],
    ["conflicts", counts.conflicts],
    ["hidden here", counts.evicted ?? null],
    ["leftovers", counts.leftovers ?? null],
    ["logs", Object.keys(status.frontier).length],
    ["old history", historyOf(status)],
    ["digest", status.digest],
  ]);
  const troubles = (status.troubles ?? []).map(
    ({ sentence, next }) => `\n\n${colour.red("PROBLEM")} ${escapeText(`${sentence} ${next}`, 2000)}`,
  );
  return summary + peersOf(status) + troubles.join("");
}

/** Whether it goes, and whom it waits for. */
function historyOf({ collection }: StatusDocument): string | null {
  if (collection === undefined) return null;
  if (!collection.enabled) return "stays (storage.collection)";
  const [longest] = collection.waits_for;
  if (longest === undefined) return "goes by itself, every member has everything";
  const count = collection.waits_for.length;
  const hours = Math.max(0, Math.round((Date.now() - Date.parse(longest.seen_at)) / 3_600_000));
  const heard = `${longest.node.slice(0, 8)} was last heard of ${hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} d`} ago`;
  return `goes by itself; waits for ${count} ${count === 1 ? "member" : "members"}, ${heard}`;
}

function peersOf(status: StatusDocument): string {
  if (status.peers.length === 0)
    return `\n\n${colour.dim("No peers. Name some in network.peers, or have them found: network.discovery_method.")}`;
  const peers = table(
    ["peer", "node", "address", "state", "behind by", "for (s)", "sent/s", "received/s", "last error"],
    status.peers.map((peer) => [
      peer.name ?? null,
      // A terminal is narrow: --json has all of it.
      outWidth === undefined ? peer.node : (peer.node?.slice(0, 8) ?? null),
      peer.address,
      peer.state,
      peer.lag_ops,
      peer.lag_s,
      peer.traffic ? bytesText(peer.traffic.send_rate) : null,
      peer.traffic ? bytesText(peer.traffic.receive_rate) : null,
      peer.last_error,
    ]),
    outWidth,
  );
  return `\n\n${peers}`;
}
