import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateArchive } from "@jarvis-crdt/fixtures";
import type { ClusterNode } from "@jarvis-crdt/harness";
import { settled } from "./kit/contents.ts";
import { layOut } from "./kit/lay-out.ts";
import { measuring } from "./kit/measuring.ts";
import { receivedBytes } from "./kit/received-bytes.ts";

const usage = `Gives the rows of one node to others that are all connected, and says how many bytes these received for each
that they had to.

  node -C source tooling/e2e/src/redundancy-main.ts --rows 100000 --nodes 5
  node -C source tooling/e2e/src/redundancy-main.ts --json

  --rows N    of the first node (10000)
  --nodes N   real processes (5)
  --seed N    of the rows (1)
  --json      one document on stdout
`;

const numbers = {
  rows: { usual: 10_000, least: 1 },
  nodes: { usual: 5, least: 2 },
  seed: { usual: 1, least: 0 },
};

async function measure({ rows, nodes, seed }: Record<keyof typeof numbers, number>): Promise<object> {
  const dir = mkdtempSync(join(tmpdir(), "jarvis-redundancy-"));
  try {
    await using cluster = await layOut({ dir, nodes });
    const [first, ...others] = cluster.nodes as [ClusterNode, ...ClusterNode[]];
    console.error(`making an archive of ${rows} rows and adopting it`);
    generateArchive({ path: first.archive, rows, seed, profile: "bench" });
    await first.adopt();
    console.error(`starting ${nodes} nodes, and waiting until all have every row`);
    const began = performance.now();
    await cluster.start();
    await settled(cluster, 3_600_000);
    const seconds = Math.round((performance.now() - began) / 100) / 10;
    const { received, least } = await receivedBytes(others);
    return {
      rows,
      nodes,
      seconds,
      received,
      least,
      redundancy: Math.round((1000 * received) / least) / 1000,
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

await measuring(usage, numbers, measure, (figures) => {
  for (const [name, value] of Object.entries(figures)) console.log(`${name.padEnd(12)}${value}`);
});
