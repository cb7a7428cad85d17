import { existsSync } from "node:fs";
import { join } from "node:path";
import { ClusterNode, type NodeConfig } from "./cluster-node.ts";
import { FaultProxy } from "./fault-proxy.ts";
import { mustRunNode } from "./program.ts";
import { type Programs, workspacePrograms } from "./programs.ts";
import { waitFor } from "./wait.ts";

export interface ClusterOptions {
  /** An existing folder; gets `ca` and `node1` … `nodeN`. */
  readonly dir: string;
  readonly nodes: number;
  /**
   * `direct`: nodes dial each other · `proxied`: every dialled connection goes through a FaultProxy of its own, see
   * `link`. Default `direct`.
   */
  readonly wires?: "direct" | "proxied";
  /** Whom node `index` dials, of those before it; default: all of them. */
  readonly dials?: (index: number) => readonly number[];
  /** What a node's configuration says besides folders, addresses and peers. */
  readonly config?: (index: number) => NodeConfig;
  readonly role?: "reader" | "writer" | "admin";
  /** Default: those of this workspace, built. */
  readonly programs?: Programs;
}

/** Nodes as users run them: certificates by `jarvisctl`, a process of `jarvisd` each, ports that the system picks. */
export class Cluster implements AsyncDisposable {
  readonly nodes: readonly ClusterNode[];
  private readonly links: ReadonlyMap<string, FaultProxy>;

  private constructor(nodes: readonly ClusterNode[], links: ReadonlyMap<string, FaultProxy>) {
    this.nodes = nodes;
    this.links = links;
  }

  /** Makes authority, folders and certificates; starts nothing. */
  static async create(options: ClusterOptions): Promise<Cluster> {
    const { dir, wires = "direct", programs = workspacePrograms(), role = "admin" } = options;
    const dials = options.dials ?? ((index: number) => Array.from({ length: index - 1 }, (_, i) => i + 1));
    const authority = join(dir, "ca");
    if (!existsSync(join(authority, "ca.pem")))
      await mustRunNode(programs.jarvisctl, ["ca", "init", "--out", authority]);

    const links = new Map<string, FaultProxy>();
    /** Where each node accepts peers, once it is known. */
    const addresses = new Map<number, string>();
    const nodes = await Promise.all(
      Array.from({ length: options.nodes }, async (_, i) => {
        const index = i + 1;
        const targets = dials(index);
        if (wires === "proxied") {
          for (const target of targets) links.set(`${index}-${target}`, await FaultProxy.listen());
        }
        const dialled = () =>
          targets.flatMap(
            (target) => links.get(`${index}-${target}`)?.address ?? addresses.get(target) ?? [],
          );
        const node = new ClusterNode(
          index,
          join(dir, `node${index}`),
          programs,
          options.config?.(index) ?? {},
          dialled,
          (ready) => {
            if (ready.peer === null) return;
            addresses.set(index, ready.peer);
            for (const [name, link] of links) if (name.endsWith(`-${index}`)) link.target = ready.peer;
          },
        );
        await node.enrol(authority, role);
        return node;
      }),
    );
    return new Cluster(nodes, links);
  }

  /** Node `index`, from 1. */
  node(index: number): ClusterNode {
    const node = this.nodes[index - 1];
    if (node === undefined) throw new Error(`there is no node ${index} of ${this.nodes.length}`);
    return node;
  }

  /** The wire on which node `from` dials node `to`; only where the cluster is `proxied`. */
  link(from: number, to: number): FaultProxy {
    const link = this.links.get(`${from}-${to}`);
    if (link === undefined) throw new Error(`node ${from} dials no node ${to} through a proxy`);
    return link;
  }

  /** Starts, in order, what does not run. */
  async start(): Promise<void> {
    for (const node of this.nodes) if (!node.running) await node.start();
  }

  /** Waits until all running nodes have one digest over one frontier, and returns the digest. */
  async converged(timeoutMs: number): Promise<string> {
    const running = this.nodes.filter((node) => node.running);
    return await waitFor(
      async () => {
        const digests = await Promise.all(running.map((node) => node.client.digest()));
        const seen = new Set(digests.map(({ digest, frontier }) => `${digest} ${canonical(frontier)}`));
        return seen.size === 1 && digests[0]?.digest;
      },
      { what: `one digest on ${running.length} nodes`, timeoutMs, intervalMs: 50 },
    );
  }

  /** Stops every node; what does not stop in time is killed, and is an error. */
  async stop(): Promise<void> {
    const results = await Promise.allSettled(this.nodes.map((node) => node.stop()));
    await Promise.all([...this.links.values()].map((link) => link.close()));
    for (const result of results) if (result.status === "rejected") throw result.reason;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

function canonical(frontier: {
  readonly [log: string]: { readonly seq: number; readonly batch: string };
}): string {
  return Object.entries(frontier)
    .map(([log, { seq, batch }]) => `${log} ${seq} ${batch}`)
    .sort()
    .join("\n");
}
