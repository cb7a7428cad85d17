import { escapeText } from "@jarvis-crdt/config";
import type { StatusDocument } from "../client/documents.ts";
import { type Finding, good, note } from "./finding.ts";

/** Whether old history goes, and who keeps it: members write or acknowledge something at least once in a quarter of a lease. */
export function examineHistory(
  { collection }: Pick<StatusDocument, "collection">,
  now: number,
): readonly Finding[] {
  if (collection === undefined) return [];
  const { enabled, lease_s, waits_for } = collection;
  if (!enabled)
    return [
      note(
        "history-stays",
        "Old history stays here: storage.collection is false, and the state file grows with every change.",
        "Where that is not wanted, set storage.collection to true.",
      ),
    ];
  const silent = waits_for.filter(({ seen_at }) => now - Date.parse(seen_at) > lease_s * 500);
  const [longest] = silent;
  if (longest === undefined)
    return [good("history", "Old history goes by itself, once every member of the cluster has it.")];
  const others = silent.length === 1 ? "" : ` (and ${silent.length - 1} more)`;
  const over = new Date(Date.parse(longest.seen_at) + lease_s * 1000).toISOString();
  return [
    note(
      "history-held",
      `Old history is kept for node ${escapeText(longest.node, 40)}${others}, which was last heard of ` +
        `on ${day(longest.seen_at)}, and is waited for until ${day(over)}.`,
      'Start that node. Where it is gone for good nothing is to be done: "jarvisctl collection status" tells how much it holds back.',
    ),
  ];
}

function day(iso: string): string {
  return iso.slice(0, 10);
}
