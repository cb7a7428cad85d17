import { escapeText } from "@jarvis-crdt/config";
import type { Command } from "commander";
import { type StatusDocument, statusDocument } from "../client/documents.ts";
import { getDocument } from "../client/node-client.ts";
import { type NodeOptions, requireTarget } from "../client/one-target.ts";
import { bytesText } from "../ui/bytes-text.ts";
import { paragraph } from "../ui/paragraph.ts";
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
    ({ sentence, next }) =>
      `\n\n${paragraph(`${colour.red("PROBLEM")} `, escapeText(`${sentence} ${next}`, 2000), outWidth, 8)}`,
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
  const all = [
    "peer",
    "node",
    "address",
    "state",
    "behind by",
    "for (s)",
    "sent/s",
    "received/s",
    "last error",
  ];
  const rows = status.peers.map((peer) => [
    peer.name ?? null,
    peer.node,
    peer.address,
    peer.state,
    peer.lag_ops,
    peer.lag_s,
    peer.traffic ? bytesText(peer.traffic.send_rate) : null,
    peer.traffic ? bytesText(peer.traffic.receive_rate) : null,
    peer.last_error,
  ]);
  return `\n\n${outWidth === undefined ? table(all, rows, undefined) : narrow(status, outWidth)}`;
}

/** What fits on a terminal of 80 columns; piped, and with --json, there is more. */
function narrow({ peers }: StatusDocument, width: number): string {
  const rows = peers.map((peer) => [
    [peer.name, peer.node?.slice(0, 8)].filter((one) => typeof one === "string").join(" ") || null,
    peer.address,
    peer.state,
    peer.lag_ops,
    peer.lag_s,
    peer.traffic ? bytesText(peer.traffic.send_rate) : null,
    peer.traffic ? bytesText(peer.traffic.receive_rate) : null,
  ]);
  const errors = peers.flatMap(({ name, address, last_error }) =>
    last_error === null ? [] : [paragraph("", escapeText(`${name ?? address}: ${last_error}`, 1000), width)],
  );
  return [
    table(["peer", "address", "state", "behind by", "for (s)", "out/s", "in/s"], rows, width),
    ...errors,
  ].join("\n");
}
