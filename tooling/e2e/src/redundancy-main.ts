import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { generateArchive } from "@jarvis-crdt/fixtures";
import type { ClusterNode } from "@jarvis-crdt/harness";
import { settled } from "./kit/contents.ts";
import { layOut } from "./kit/lay-out.ts";
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

interface Options {
  readonly rows: number;
  readonly nodes: number;
  readonly seed: number;
  readonly json: boolean;
}

/** Undefined where help was asked for. */
function readOptions(): Options | undefined {
  const { values } = parseArgs({
    options: {
      rows: { type: "string", default: "10000" },
      nodes: { type: "string", default: "5" },
      seed: { type: "string", default: "1" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  const whole = (name: "rows" | "nodes" | "seed", least: number) => {
    const number = Number(values[name]);
    if (!Number.isSafeInteger(number) || number < least)
      throw new Error(`--${name} ${values[name]}: a whole number from ${least} is needed`);
    return number;
  };
  return { rows: whole("rows", 1), nodes: whole("nodes", 2), seed: whole("seed", 0), json: values.json };
}

async function measure({ rows, nodes, seed }: Options): Promise<object> {
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

let options: Options | undefined;
try {
  options = readOptions();
} catch (error) {
  console.error(`${(error as Error).message}\n\n${usage}`);
  process.exit(2);
}
if (options === undefined) console.log(usage);
else {
  const figures = await measure(options);
  if (options.json) console.log(JSON.stringify(figures));
  else for (const [name, value] of Object.entries(figures)) console.log(`${name.padEnd(12)}${value}`);
}
