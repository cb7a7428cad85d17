import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateArchive, type LifeReport, writeOutside } from "@jarvis-crdt/fixtures";
import { type ClusterNode, waitFor } from "@jarvis-crdt/harness";
import Database from "better-sqlite3";
import { Elsewhere } from "./kit/elsewhere.ts";
import { layOut } from "./kit/lay-out.ts";
import { measuring } from "./kit/measuring.ts";
import { longestCall, threeAssistants, turnsOf } from "./kit/three-assistants.ts";

const usage = `Says what a node costs the three assistants that share its archive, and what of that is due to what: each round
they live on a copy of that archive without our triggers, on one with them, on one without beside a node that shows
and captures rows in a file of its own, and on the archive itself. Rows come from a second node all the time.

  node -C source tooling/e2e/src/assistant-main.ts --rounds 5 --seconds 6 --pause 100
  node -C source tooling/e2e/src/assistant-main.ts --json

  --rounds N    (3)
  --seconds N   of each life (6)
  --pause N     milliseconds after each turn of some ten calls (0)
  --json        one document on stdout
`;

interface Options {
  readonly rounds: number;
  readonly seconds: number;
  readonly pause: number;
}

const settings = ["alone", "with triggers", "beside strangers", "beside us"] as const;
type Setting = (typeof settings)[number];

async function copyArchive(from: string, to: string, withTriggers: boolean): Promise<void> {
  const source = new Database(from, { timeout: 5_000 });
  await source.backup(to);
  source.close();
  if (withTriggers) return;
  const copy = new Database(to);
  const ours = "SELECT name FROM sqlite_master WHERE type='trigger' AND name LIKE 'crdt_%'";
  for (const name of copy.prepare(ours).pluck().all() as string[]) copy.exec(`DROP TRIGGER "${name}"`);
  copy.close();
}

/** One life; the node stands still where it has no part in it. */
async function live(
  setting: Setting,
  dir: string,
  [one, two]: readonly [ClusterNode, ClusterNode],
  { seconds, pause }: Options,
): Promise<readonly LifeReport[]> {
  const backups = join(dir, "backups");
  const copy = join(dir, "copy.db");
  const isBeside = setting === "beside us";
  const stands = setting === "alone" || setting === "with triggers";
  if (!isBeside) await copyArchive(one.archive, copy, setting === "with triggers");
  const { pid } = one.ready;
  if (stands) process.kill(pid, "SIGSTOP");
  try {
    await using _elsewhere = new Elsewhere(two);
    // Somebody writes the file of the strangers too, or they would have no reason to take care.
    const other =
      setting === "beside strangers"
        ? writeOutside({ archive: one.archive, count: seconds * 4, intervalMs: 200 })
        : undefined;
    const reports = await threeAssistants({
      archive: isBeside ? one.archive : copy,
      backups,
      seconds,
      intervalMs: pause,
    });
    await other;
    return reports;
  } finally {
    if (stands) process.kill(pid, "SIGCONT");
    for (const path of [backups, copy]) rmSync(path, { recursive: true, force: true });
  }
}

async function measure(options: Options): Promise<readonly object[]> {
  const dir = mkdtempSync(join(tmpdir(), "jarvis-assistant-"));
  process.on("exit", () => rmSync(dir, { recursive: true, force: true }));
  try {
    await using cluster = await layOut({ dir, nodes: 2, dials: (index) => (index === 1 ? [2] : []) });
    const nodes = [cluster.node(1), cluster.node(2)] as const;
    generateArchive({ path: nodes[0].archive, rows: 2000, seed: 1 });
    await nodes[0].adopt();
    await nodes[1].start();
    await nodes[0].start();
    const found = new Map<Setting, { turnMs: number; longestMs: number }[]>();
    for (let round = 0; round < options.rounds; round++) {
      // Files grow from life to life: nobody is always the last.
      for (const setting of round % 2 === 0 ? settings : settings.toReversed()) {
        console.error(`round ${round + 1} of ${options.rounds}: ${setting}`);
        const inSync = async () => (await nodes[0].client.status()).peers[0]?.lag_ops === 0;
        await waitFor(inSync, { what: "the nodes have the same rows", timeoutMs: 120_000 });
        const reports = await live(setting, dir, nodes, options);
        for (const error of reports.flatMap(({ errors }) => errors)) console.error(error);
        const life = { turnMs: turnsOf(reports).turnMs, longestMs: longestCall(reports) };
        found.set(setting, [...(found.get(setting) ?? []), life]);
      }
    }
    const turnMs = (setting: Setting) => median(found.get(setting)!.map((life) => life.turnMs));
    return settings.map((setting) => ({
      setting,
      turn_ms: Math.round(turnMs(setting) * 10) / 10,
      speed: Math.round((100 * turnMs("alone")) / turnMs(setting)) / 100,
      longest_ms: Math.round(Math.max(...found.get(setting)!.map((life) => life.longestMs))),
    }));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

// A node that stands still does not notice that its parent is gone; what ends by itself kills what it started.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(130));

const numbers = {
  rounds: { usual: 3, least: 1 },
  seconds: { usual: 6, least: 1 },
  pause: { usual: 0, least: 0 },
};
await measuring(usage, numbers, measure, (figures) => console.table(figures));
