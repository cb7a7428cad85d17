import { type ClusterNode, waitFor } from "@jarvis-crdt/harness";

/** Keeps a node from a peer until it is connected again. It can be told so once it has met the peer, and not before. */
export async function apart(node: ClusterNode, peer: ClusterNode): Promise<void> {
  await waitFor(
    async () => {
      await node.client.disconnect(peer.ready.node);
      return true;
    },
    { what: `node ${node.index} apart from node ${peer.index}`, timeoutMs: 60_000 },
  );
}
