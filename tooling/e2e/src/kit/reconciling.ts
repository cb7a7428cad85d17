import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { generateArchive } from "@jarvis-crdt/fixtures";
import { type Cluster, type ClusterNode, waitFor } from "@jarvis-crdt/harness";
import { expect } from "vitest";
import { readContents, settled } from "./contents.ts";
import { knobs } from "./knobs.ts";
import { layOut } from "./lay-out.ts";
import { type LogLine, readLog } from "./logs.ts";
import { sqlByPython } from "./replace-archive.ts";
import { scratch } from "./scratch.ts";

export const settleMs = 30_000;

/** Two nodes, of which the first has adopted an archive that both show, and what to do with them. */
export class Scene implements AsyncDisposable {
  readonly cluster: Cluster;
  readonly one: ClusterNode;
  readonly two: ClusterNode;
  readonly #folder: ReturnType<typeof scratch>;

  private constructor(cluster: Cluster, folder: ReturnType<typeof scratch>) {
    this.cluster = cluster;
    this.#folder = folder;
    this.one = cluster.node(1);
    this.two = cluster.node(2);
  }

  static async begin(rows = 300): Promise<Scene> {
    const folder = scratch("reconcile");
    const scene = new Scene(await layOut({ dir: folder.path, nodes: 2 }), folder);
    const { one, cluster } = scene;
    generateArchive({ path: one.archive, rows, seed: knobs.seed });
    copyFileSync(one.archive, scene.path("before.db"));
    await one.adopt();
    await cluster.start();
    await scene.settled();
    return scene;
  }

  /** A file beside the nodes' folders; `before.db` is the archive before its adoption. */
  path(name: string): string {
    return join(this.#folder.path, name);
  }

  settled(): Promise<number> {
    return settled(this.cluster, settleMs);
  }

  /** What RECONCILE says it did, once it did after `after` lines of the log. */
  async reconciled(
    node: ClusterNode,
    after: number,
  ): Promise<LogLine & { readonly [count: string]: number }> {
    const line = await waitFor(
      () =>
        readLog(node)
          .slice(after)
          .find(({ matched }) => matched !== undefined),
      { what: "the archive is reconciled", timeoutMs: settleMs },
    );
    return line as LogLine & { readonly [count: string]: number };
  }

  /**
   * Both nodes have the same, each of these contents once; what is written afterwards is captured; no log was written
   * twice.
   */
  async allIsWell(contents: readonly string[]): Promise<void> {
    const { one, two } = this;
    await this.settled();
    writes(one, "afterwards");
    await waitFor(() => times(two, "afterwards") === 1, {
      what: "what is written afterwards arrives",
      timeoutMs: settleMs,
    });
    await this.settled();
    for (const node of [one, two]) {
      for (const content of [...contents, "afterwards"])
        expect(times(node, content), `${content} on node ${node.index}`).toBe(1);
      expect(readLog(node).filter(({ code }) => code === "fork")).toEqual([]);
      expect((await node.client.status()).counts.quarantined).toBe(0);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cluster.stop();
    this.#folder.remove();
  }
}

/** The assistant adds entries of these contents, in one transaction. */
export function writes(node: ClusterNode, ...contents: readonly string[]): void {
  writesInto(node.archive, ...contents);
}

export function writesInto(archive: string, ...contents: readonly string[]): void {
  const insert = contents.map(
    (content) =>
      `INSERT INTO archive_entries(timestamp,data_type,content,source,operation,content_hash,metadata)
       VALUES('2026-01-01T00:00:00','input','${content}','e2e','memory_store','hash of ${content}','{}');`,
  );
  sqlByPython(archive, `BEGIN;${insert.join("")}COMMIT;`);
}

/** How often an entry stands in a node's archive. */
export function times(node: ClusterNode, content: string): number {
  return readContents(node.archive).times.get(`hash of ${content}`) ?? 0;
}

/** Waits until an entry stands once in a node's archive. */
export async function shows(node: ClusterNode, content: string): Promise<void> {
  await waitFor(() => times(node, content) === 1, {
    what: `node ${node.index} shows ${content}`,
    timeoutMs: settleMs,
  });
}
