import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { Cluster, type ClusterOptions } from "@jarvis-crdt/harness";
import { initCa, issueNode } from "@jarvis-crdt/security";

const random = (length: number) => randomBytes(length);

export interface LayOutOptions extends ClusterOptions {
  /** Age of the authority, for certificates that have expired. */
  readonly foundedMsAgo?: number;
}

/** A cluster with certificates that are made here: `jarvisctl` makes the same ones, half a second each. */
export async function layOut(options: LayOutOptions): Promise<Cluster> {
  const { dir, nodes, role = "admin", foundedMsAgo = 0 } = options;
  const ca = await makeAuthority(join(dir, "ca"), "jarvis", Date.now() - foundedMsAgo);
  for (let index = 1; index <= nodes; index++) {
    const out = join(dir, `node${index}`, "certs");
    await issueNode({ ca, name: `node${index}`, role, out, now: Date.now(), random });
  }
  return await Cluster.create(options);
}

/** An authority in folder `out`, which it returns. */
export async function makeAuthority(out: string, cluster = "jarvis", now = Date.now()): Promise<string> {
  await initCa({ out, cluster, now, random });
  return out;
}

/** A certificate, key and authority in folder `out`, which it returns. */
export async function makeIdentity(
  ca: string,
  out: string,
  options: { name?: string; node?: string; now?: number } = {},
): Promise<string> {
  const { name = "stranger", now = Date.now(), node } = options;
  await issueNode({ ca, name, role: "admin", out, now, random, ...(node === undefined ? {} : { node }) });
  return out;
}
