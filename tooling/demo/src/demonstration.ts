import { proveOutside } from "@jarvis-crdt/fixtures";
import { Cluster, type ClusterNode, waitFor } from "@jarvis-crdt/harness";
import { layOutArchives } from "./archives.ts";
import { detail, endProgress, progress, step } from "./console.ts";
import type { Options } from "./options.ts";
import { makeReport, type NodeResult, type Report } from "./report.ts";
import type { WorkFolder } from "./work-folder.ts";
import { expectedCounter, writeAt } from "./writes.ts";

/** The whole way of the data, with real processes. Throws with the reason where the nodes do not converge in time. */
export class Demonstration {
  readonly #options: Options;
  readonly #deadline: number;

  constructor(options: Options) {
    this.#options = options;
    this.#deadline = performance.now() + options.timeout * 1000;
  }

  async layOut({ path, resumed }: WorkFolder): Promise<{ cluster: Cluster; rows: number }> {
    const { nodes, archive, rows } = this.#options;
    step(resumed ? `Going on with the nodes in ${path}` : `Laying out ${nodes} nodes in ${path}`);
    const cluster = await Cluster.create({ dir: path, nodes });
    if (resumed) return { cluster, rows: 0 };
    detail("an authority and a certificate for each node");
    step(
      archive
        ? `Adopting a copy of ${archive} at node1`
        : `Generating and adopting an archive of ${rows} entries at node1`,
    );
    return { cluster, rows: await layOutArchives(cluster.nodes, this.#options) };
  }

  async prove(cluster: Cluster, rows: number): Promise<{ report: Report; results: readonly NodeResult[] }> {
    const started = performance.now();
    step(`Starting ${cluster.nodes.length} processes of jarvisd`);
    await cluster.start();
    for (const node of cluster.nodes) detail(`node${node.index}  pid ${node.ready.pid}  ${node.ready.http}`);

    step("Replicating");
    await this.#converged(cluster.nodes, rows);

    const last = cluster.nodes.at(-1)!;
    const others = cluster.nodes.filter((node) => node !== last);
    step(`Cutting node${last.index} off`);
    for (const other of others) await last.client.disconnect(other.ready.node);

    step("Writing at every node: the assistant into its file, a client through HTTP");
    const before = await counter(others[0]!);
    const planSchema = this.#options.archive === undefined;
    for (const node of cluster.nodes) await writeAt(node, planSchema);
    await this.#converged(others, rows);
    const [apart, here] = await Promise.all([last.client.digest(), others[0]!.client.digest()]);
    if (apart.digest === here.digest)
      throw new Error(`node${last.index} was cut off and still has the others' writes`);
    detail(`node${last.index} shows ${apart.rows} rows, the others ${here.rows}`);

    step(`Reconnecting node${last.index}`);
    for (const other of others) await last.client.connect(other.ready.node);
    await this.#converged(cluster.nodes, rows);
    const counted = await counter(last);
    const expected = expectedCounter(cluster.nodes, before);
    if (counted !== expected) throw new Error(`the counter shows ${counted}, not ${expected}`);

    step("Reading each archive file by a process of its own");
    const proven = await this.#proven(cluster.nodes);
    const results = await Promise.all(cluster.nodes.map((node) => result(node, proven)));
    return { report: makeReport(results, true, performance.now() - started), results };
  }

  /** Waits until the nodes have one digest over at least so many rows. */
  async #converged(nodes: readonly ClusterNode[], rows: number): Promise<void> {
    await this.#inTime("equal digests on all nodes", 50, async () => {
      const digests = await Promise.all(nodes.map((node) => node.client.digest()));
      progress(digests.map((one, i) => `node${nodes[i]?.index} ${one.rows} rows`).join("  "));
      return new Set(digests.map(({ digest }) => digest)).size === 1 && (digests[0]?.rows ?? 0) >= rows;
    });
    endProgress();
  }

  /** Waits until all archive files show the same rows; returns how many. */
  async #proven(nodes: readonly ClusterNode[]): Promise<number> {
    return await this.#inTime("equal rows in all archive files", 100, async () => {
      const proofs = await Promise.all(nodes.map((node) => proveOutside(node.archive)));
      const settled = proofs.every(({ tables }) =>
        Object.values(tables).every((table) => table.dangling === 0 && table.identified === table.rows),
      );
      return settled && new Set(proofs.map(({ sha256 }) => sha256)).size === 1 && proofs[0]!.rows;
    });
  }

  /** Waits for it as long as all may take. */
  async #inTime<T>(what: string, intervalMs: number, condition: () => Promise<T>) {
    const timeoutMs = Math.max(1, this.#deadline - performance.now());
    try {
      return await waitFor(condition, { what, timeoutMs, intervalMs });
    } catch (error) {
      const { cause } = error as Error;
      throw new Error(`${what}: not within ${this.#options.timeout} s; --timeout SECONDS allows more`, {
        cause,
      });
    }
  }
}

async function counter(node: ClusterNode): Promise<number> {
  const answer = await node.client.request("GET", "/v1/counters/demonstrations");
  return answer.status === 404 ? 0 : (answer.body as { value: number }).value;
}

async function result(node: ClusterNode, rows: number): Promise<NodeResult> {
  const status = await node.client.status();
  return {
    name: `node${node.index}`,
    node: status.node,
    rows,
    operations: status.counts.operations,
    batches: status.counts.batches,
    bytesSent: status.bytes_sent,
    digest: status.digest,
  };
}
