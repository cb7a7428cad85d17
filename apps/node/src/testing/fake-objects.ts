import { testCrypto } from "@jarvis-crdt/batch/testing";
import { Objects } from "@jarvis-crdt/replica";
import { MemoryStore } from "@jarvis-crdt/store";

/** Objects in memory, of a node that replicates with nobody. */
export function fakeObjects(node: string): Objects {
  const crypto = testCrypto();
  let drawn = 0;
  const random = (bytes: number) => new Uint8Array(bytes).fill(++drawn);
  const store = new MemoryStore({
    ...crypto,
    node,
    cluster: new Uint8Array(16),
    now: () => 1_800_000_000_000,
    random,
    schema: undefined,
  });
  return new Objects({ store, hasher: crypto.hasher, random });
}
