import { type ClusterNode, waitFor } from "@jarvis-crdt/harness";
import Database from "better-sqlite3";
import { benchEntries } from "./changes.ts";
import { peek } from "./peek.ts";
import { insertEntries } from "./yardsticks.ts";

const timeoutMs = 1_800_000;

/** Writes entries into a running node's archive as another program does, and waits until they are in its log. */
export async function fill(node: ClusterNode, rows: number, seed: number): Promise<void> {
  const db = new Database(node.archive, { timeout: 60_000 });
  try {
    // Without ids: other nodes' rows may be there already.
    const entries = benchEntries(seed, rows).map((entry) => ({ ...entry, id: null }));
    for (const _ of insertEntries(db, entries)) await new Promise((resolve) => setImmediate(resolve));
  } finally {
    db.close();
  }
  await drained(node);
}

/** Until the node has taken into its log what other programs wrote, or what was there when it was adopted. */
export async function drained(node: ClusterNode): Promise<void> {
  await waitFor(() => peek(node.archive, "SELECT 1 FROM crdt_outbox LIMIT 1") === null, {
    timeoutMs,
    intervalMs: 25,
    what: `the outbox of node ${node.index} empty`,
  });
}
