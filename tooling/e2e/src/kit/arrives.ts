import { type ClusterNode, waitFor } from "@jarvis-crdt/harness";

/** Adds a row at one node and waits until another one has it. Returns its uid. */
export async function arrives(
  from: ClusterNode,
  to: ClusterNode,
  values: { readonly [column: string]: unknown } = { content: "a row" },
): Promise<string> {
  const row = { data_type: "input", source: "e2e", operation: "memory_store", ...values };
  const { uid } = await from.client.call<{ uid: string }>("POST", "/v1/archive", { values: row });
  await waitFor(async () => (await to.client.request("GET", `/v1/archive/${uid}`)).status === 200, {
    what: `a row of node ${from.index} arrives at node ${to.index}`,
    timeoutMs: 20_000,
  });
  return uid;
}
