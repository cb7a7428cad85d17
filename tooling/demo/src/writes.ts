import { writeOutside } from "@jarvis-crdt/fixtures";
import type { ClusterNode } from "@jarvis-crdt/harness";

/** Rows that one node's assistant and one client of its HTTP interface wrote. */
export interface Written {
  readonly rows: number;
}

/**
 * Writes at one node as its users do: the assistant, a process that knows nothing of us, into the archive file; and a
 * client through the HTTP interface.
 */
export async function writeAt(node: ClusterNode, plan: boolean): Promise<Written> {
  let rows = 0;
  if (plan) {
    const report = await writeOutside({ archive: node.archive, count: 10, seed: node.index });
    const [error] = report.errors;
    if (error) throw new Error(`the assistant at node${node.index} met an error: ${error.message}`);
    rows += report.entries.length + report.activities.length;
  }
  await node.client.call("POST", "/v1/archive", {
    operation: "memory_store",
    input_data: `written at node${node.index}`,
    output_data: "ok",
    metadata: { from: "the HTTP interface" },
  });
  await node.client.call("POST", "/v1/counters/demonstrations", { by: node.index });
  await node.client.call("PUT", "/v1/registers/last-writer", { value: `node${node.index}` });
  await node.client.call("POST", "/v1/sets/nodes", { add: [`node${node.index}`] });
  return { rows };
}

/** What the counter of all nodes together must show. */
export function expectedCounter(nodes: readonly ClusterNode[], before: number): number {
  return nodes.reduce((sum, { index }) => sum + index, before);
}
