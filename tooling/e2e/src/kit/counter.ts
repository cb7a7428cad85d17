import type { ClusterNode } from "@jarvis-crdt/harness";

/** Increments a counter through a node. */
export async function count(node: ClusterNode, by: number, name = "c"): Promise<void> {
  await node.client.call("POST", `/v1/counters/${name}`, { by });
}

/** What a node says that a counter is. */
export async function counted(node: ClusterNode, name = "c"): Promise<number> {
  return (await node.client.call<{ value: number }>("GET", `/v1/counters/${name}`)).value;
}
