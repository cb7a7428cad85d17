import type { Hasher } from "@jarvis-crdt/batch";
import type { NodeId, Schema } from "@jarvis-crdt/crdt";
import { type Author, type Authority, ReplicaError } from "@jarvis-crdt/replica";

export const cluster: Uint8Array = new Uint8Array(16).fill(7);

/** Unix milliseconds at which every simulation begins. */
export const beginning = 1_800_000_000_000;

export function nodeId(index: number): NodeId {
  return `00000000-0000-4000-8000-${index.toString(16).padStart(12, "0")}`;
}

const seal = new TextEncoder().encode("simulated certificate authority");
const sealAt = 36 + 32;

/** What an X.509 certificate says, in fewer bytes: node, public key, and a seal that only this module makes. */
export function certificateOf(node: NodeId, publicKey: Uint8Array, hasher: Hasher): Uint8Array {
  const content = Uint8Array.from([...new TextEncoder().encode(node), ...publicKey]);
  return Uint8Array.from([...content, ...hasher.hash([seal, content])]);
}

/** Believes certificates that carry the seal. */
export function authorityOf(hasher: Hasher): Authority {
  const year = 365 * 86_400_000;
  return {
    author(certificate): Author {
      const content = certificate.subarray(0, sealAt);
      const expected = hasher.hash([seal, content]);
      if (!expected.every((byte, i) => byte === certificate[sealAt + i]))
        throw new ReplicaError("cert-untrusted", "no authority has issued this certificate");
      const publicKey = content.slice(36);
      return {
        node: new TextDecoder().decode(content.subarray(0, 36)),
        role: "writer",
        publicKey,
        key: hasher.hash([publicKey]).slice(0, 16),
        notBefore: beginning - year,
        notAfter: beginning + year,
      };
    },
  };
}

const notes = {
  name: "notes",
  kind: "records",
  groups: [
    { name: "text", columns: ["text"] },
    { name: "mark", columns: ["mark"] },
  ],
} as const;
const tasks = { name: "tasks", kind: "records", groups: [{ name: "all", columns: ["title"] }] } as const;

/** What programs of two versions know: the later one has a table more. */
export const schemas: readonly [Schema, Schema] = [{ tables: [notes] }, { tables: [tasks, notes] }];
