import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { createArchive } from "@jarvis-crdt/archive";
import type { ColumnGroup } from "@jarvis-crdt/crdt";
import { compressor, createSigner, hasher, initCa, issueNode, loadIdentity } from "@jarvis-crdt/security";
import { type Durability, SqliteStore, schemaOf } from "@jarvis-crdt/store-sqlite";

export const random = (bytes: number) => randomBytes(bytes);

/** A store as a node has it, in a folder, of a node that was certified there; and the column groups of its entries. */
export async function openMeasured(
  folder: string,
  durability: Durability = "full",
): Promise<{ readonly store: SqliteStore; readonly groups: readonly ColumnGroup[] }> {
  const now = () => Date.now();
  const schema = schemaOf(createArchive(join(folder, "archive.db")));
  const [ca, out] = [join(folder, "ca"), join(folder, "certs")];
  await initCa({ out: ca, now: now(), random });
  await issueNode({ ca, out, name: "bench", role: "writer", now: now(), random });
  const identity = loadIdentity(out);
  const store = new SqliteStore({
    path: statePath(folder),
    node: identity.certificate.node,
    cluster: identity.trust.clusterId,
    notBefore: identity.certificate.notBefore,
    durability,
    schema,
    signer: createSigner(identity),
    now,
    random,
    hasher,
    compressor,
  });
  return { store, groups: schema.tables.find(({ name }) => name === "archive_entries")!.groups };
}

export function statePath(folder: string): string {
  return join(folder, "crdt_state.db");
}
