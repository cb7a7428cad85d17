import type { Command } from "commander";
import { type CollectionDocument, collectionDocument, collectionRunDocument } from "../client/documents.ts";
import { getDocument, postDocument } from "../client/node-client.ts";
import { type NodeOptions, requireTarget } from "../client/one-target.ts";
import type { Target } from "../client/target.ts";
import { interruptible } from "../interruptible.ts";
import { bytesText } from "../ui/bytes-text.ts";
import { facts, table } from "../ui/table.ts";
import { outWidth, print, printJson } from "../ui/terminal.ts";
import { withExamples, withJson, withNode } from "./options.ts";

export function addCollection(parent: Command): void {
  const collection = parent
    .command("collection")
    .description("Old history that nothing needs any more: how far it may go, and who holds it back.");
  const status = collection
    .command("status")
    .description("Show up to where each log may go, and which member has not said that it has seen the rest.")
    .addHelpText(
      "after",
      "\nHistory goes when every member that was heard of within the lease (storage.collection_lease) has interpreted it, and\n" +
        "somebody else at all. A member that is away for good is waited for until its lease has run out.",
    );
  withExamples(
    withJson(withNode(status)),
    "collection status --config config.yaml",
    "collection status --config config.yaml --json",
  ).action(async (options: NodeOptions & { json?: true }) => {
    const document = await getDocument(requireTarget(options), "/v1/collection", collectionDocument);
    if (options.json) printJson(document);
    else print(describe(document));
  });
  const run = collection
    .command("run")
    .description("Tell the other members now what this node has, and throw away what nobody needs any more.")
    .addHelpText(
      "after",
      "\nWhat is shown stays as it is: only operations go that were overwritten or removed, once every member of the cluster has\n" +
        "them (jarvisctl collection status) and they are older than storage.undo_window. May be interrupted at any time.",
    );
  withExamples(
    withJson(withNode(run)),
    "collection run --config config.yaml",
    "collection run --config config.yaml --json",
  ).action(async (options: NodeOptions & { json?: true }) => {
    const done = await runAll(requireTarget(options));
    if (options.json) return printJson(done);
    if (done.acknowledged) print("The other members are told what this node has.");
    const what = `${done.batches} batches with ${done.operations} operations, ${bytesText(done.bytes)}`;
    print(done.batches === 0 ? "Nothing could go." : `Thrown away: ${what}.`);
  });
}

/** The node works some seconds at a time. */
async function runAll(target: Target) {
  return interruptible(async (progress, signal) => {
    const { logs } = await getDocument(target, "/v1/collection", collectionDocument);
    const full = logs.reduce((all, { batches, hollow }) => all + batches - hollow, 0);
    const sum = { acknowledged: false, batches: 0, operations: 0, bytes: 0 };
    for (;;) {
      const { more, ...run } = await postDocument(target, "/v1/collection/run", {}, collectionRunDocument);
      sum.acknowledged ||= run.acknowledged;
      sum.batches += run.batches;
      sum.operations += run.operations;
      sum.bytes += run.bytes;
      if (!more || signal.aborted) return sum;
      progress.update("batches thrown away, of those there were", sum.batches, full);
    }
  });
}

function describe(document: CollectionDocument): string {
  const { logs, members } = document;
  const hollow = logs.reduce((sum, log) => sum + log.hollow, 0);
  const batches = logs.reduce((sum, log) => sum + log.batches, 0);
  const summary = facts([
    ["goes by itself", document.enabled ? "yes" : "no (storage.collection)"],
    ["bodies stored", bytesText(document.bytes)],
    ["held back", bytesText(document.held_bytes)],
    ["batches", batches],
    ["of those hollow", hollow],
    ["lease", `${Math.round(document.lease_s / 8640) / 10} d`],
    ["acknowledged here", document.acknowledged_at],
  ]);
  const who = table(
    ["member", "role", "heard of", "acknowledged", "waited for", "lacks (batches)", "lacks"],
    members.map((member) => [
      member.node,
      member.role,
      member.seen_at,
      member.acknowledged_at,
      member.waited_for ? "yes" : "no, its lease is over",
      member.lacks_batches,
      bytesText(member.lacks_bytes),
    ]),
    outWidth,
  );
  const where = table(
    ["log", "interpreted", "may go up to", "batches", "hollow", "stored", "held back"],
    logs.map((log) => [
      log.log,
      log.interpreted,
      log.lacks_witness && log.settled === 0 ? "nobody else has it" : log.settled,
      log.batches,
      log.hollow,
      bytesText(log.bytes),
      bytesText(log.held_bytes),
    ]),
    outWidth,
  );
  if (members.length === 0)
    return `${summary}\n\nThis node knows no other member: alone, nothing is thrown away.`;
  return `${summary}\n\n${who}\n\n${where}`;
}
