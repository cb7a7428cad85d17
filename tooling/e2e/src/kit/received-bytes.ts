import type { ClusterNode } from "@jarvis-crdt/harness";
import Database from "better-sqlite3";

/** Bytes that nodes received, and what they had to receive at least: each batch once that they hold and did not write. */
export async function receivedBytes(
  nodes: readonly ClusterNode[],
): Promise<{ readonly received: number; readonly least: number }> {
  let [received, least] = [0, 0];
  for (const node of nodes) {
    received += (await node.client.status()).bytes_received;
    least += foreignBytes(node);
  }
  return { received, least };
}

function foreignBytes({ state, ready: { node } }: ClusterNode): number {
  const db = new Database(state, { readonly: true, timeout: 5000 });
  try {
    const sql = `SELECT coalesce(sum(length(header) + length(signature) + length(body)), 0) FROM crdt_batches
      WHERE log NOT IN (SELECT id FROM crdt_logs WHERE name LIKE ?)`;
    return db.prepare<[string], number>(sql).pluck().get(`${node}%`)!;
  } finally {
    db.close();
  }
}
