import { generateArchive, Random } from "@jarvis-crdt/fixtures";
import {
  type Cluster,
  type ClusterNode,
  hasStrace,
  killAtFsync,
  killAtWrite,
  patience,
  traceRunning,
} from "@jarvis-crdt/harness";
import { afterAll, expect, test } from "vitest";
import { assistantWrites } from "./kit/assistant.ts";
import { clientWrites } from "./kit/client-load.ts";
import { readAmended, readContents, settled } from "./kit/contents.ts";
import { counted } from "./kit/counter.ts";
import { knobs } from "./kit/knobs.ts";
import { layOut } from "./kit/lay-out.ts";
import { Ledger } from "./kit/ledger.ts";
import { errorsOf } from "./kit/logs.ts";
import { type Phase, type Plans, phaseOf, readPlans } from "./kit/plans.ts";
import { scratch } from "./kit/scratch.ts";

const folder = scratch("kills");
afterAll(() => folder.remove());

const nothing: Plans = { carried: null, intended: null, confirmed: null };
const counter = "kills";

/** A kill as it was. */
interface Kill {
  readonly node: number;
  readonly at: string;
  readonly phase: Phase;
  /** Before the node answered. */
  readonly starting: boolean;
}

interface Instant {
  readonly at: string;
  readonly wrap: readonly string[];
}

/**
 * Where a process dies: as it enters an fsync, any write, or a write of the state file alone, which ends each plan.
 * `early` is for one that starts and does not do much before it answers.
 */
const instants: readonly ((random: Random, victim: ClusterNode, early: boolean) => Instant)[] = [
  (random, _, early) => {
    const n = random.between(1, early ? 6 : 20);
    return { at: `fsync ${n}`, wrap: killAtFsync(n) };
  },
  (random, _, early) => {
    const n = random.between(1, early ? 20 : 90);
    return { at: `write ${n}`, wrap: killAtWrite(n) };
  },
  (random, { state }, early) => {
    const n = random.between(1, early ? 10 : 60);
    return { at: `write ${n} of the state`, wrap: killAtWrite(n, `${state}-wal`) };
  },
];

test.skipIf(!hasStrace())(
  "kills at any fsync or write lose nothing that was acknowledged, and double nothing",
  { timeout: (60_000 + knobs.kills * 10_000) * patience },
  async () => {
    const random = new Random(knobs.seed);
    await using cluster = await layOut({ dir: folder.path, nodes: 3 });
    generateArchive({ path: cluster.node(1).archive, rows: 300, seed: knobs.seed });
    const adopted = readContents(cluster.node(1).archive);
    await cluster.node(1).adopt();
    await cluster.start();
    await cluster.converged(30_000);

    const ledger = new Ledger();
    const plans = new Map<ClusterNode, Plans>();
    const kills: Kill[] = [];
    let restarting: Promise<unknown> = Promise.resolve();
    const killed = (phase: Phase) => kills.filter((kill) => kill.phase === phase).length;
    // Chance finds the gap between the two commits in every other round; where it did not, it gets a few more.
    for (let round = 0; round < knobs.kills || (killed("planned") < 3 && round < knobs.kills + 10); round++) {
      // The last victim comes back meanwhile, or first.
      if (random.chance(0.25)) await restarting;
      let running = cluster.nodes.filter((node) => node.running);
      if (running.length < 2) {
        await restarting;
        running = cluster.nodes.filter((node) => node.running);
      }
      const victim = random.pick(running);
      const other = random.pick(running.filter((node) => node !== victim));
      // Most kills hit a node that runs; some one that starts, stopped or killed before.
      if (random.chance(0.25)) await (random.chance(0.5) ? victim.stop() : victim.kill());

      const { at, wrap } = random.pick(instants)(random, victim, !victim.running && random.chance(0.7));
      const { starting } = await dieUnderLoad(victim, other, wrap, ledger, round);
      const after = readPlans(victim);
      const phase = phaseOf(plans.get(victim) ?? nothing, after);
      plans.set(victim, after);
      kills.push({ node: victim.index, at, phase, starting });
      restarting = Promise.all([restarting, victim.start()]);
      restarting.catch(() => undefined);
    }
    await restarting;

    const rows = await settled(cluster, 30_000);
    for (const kill of kills) if (knobs.keep) console.log(JSON.stringify(kill));
    console.log(
      `${kills.length} kills (${killed("planned")} between the two commits, ${killed("carried")} before the ` +
        `confirmation, ${kills.filter(({ starting }) => starting).length} while starting), ` +
        `${ledger.acknowledged} rows acknowledged of ${ledger.rows.size}, ${rows} rows in all`,
    );
    expect(ledger.complaints).toEqual([]);
    expect(killed("planned"), JSON.stringify(kills)).toBeGreaterThanOrEqual(Math.min(3, knobs.kills));
    await expectKept(cluster, ledger, adopted.entries, adopted.activities);
  },
);

/** Sees to it that `victim` will be killed, has both nodes written to, and resolves when it is dead and all is quiet. */
async function dieUnderLoad(
  victim: ClusterNode,
  other: ClusterNode,
  wrap: readonly string[],
  ledger: Ledger,
  round: number,
): Promise<{ starting: boolean }> {
  const seed = knobs.seed * 1000 + round;
  const write = (node: ClusterNode, half: number) =>
    assistantWrites({ archive: node.archive, count: 6, seed: seed * 2 + half, intervalMs: 5 }, ledger);
  const assistants = Promise.all(round % 3 === 0 ? [write(victim, 0), write(other, 1)] : [write(victim, 0)]);
  let dead = false;
  let starting = !victim.running;
  const otherClient = other.client;
  const elsewhere = clientWrites(otherClient, ledger, {
    name: `kills ${seed} other`,
    counter,
    most: 20,
    until: () => dead,
  });
  try {
    if (starting) await victim.start({ wrap });
    const { client, exited, ready } = victim;
    if (!starting) await traceRunning(ready.pid, wrap);
    starting = false;
    await clientWrites(client, ledger, { name: `kills ${seed} victim`, counter, most: 200 });
    // It answered 200 times and lived: what is missing to its end is not worth waiting for.
    await victim.kill();
    await exited;
  } catch (error) {
    if (!starting || !isKilled(error)) throw error;
  } finally {
    dead = true;
    await Promise.all([assistants, elsewhere]);
  }
  return { starting };
}

function isKilled(error: unknown): boolean {
  return (error as { exit?: { signal: string | null } }).exit?.signal === "SIGKILL";
}

async function expectKept(
  cluster: Cluster,
  ledger: Ledger,
  entries: number,
  activities: number,
): Promise<void> {
  for (const node of cluster.nodes) {
    const name = `node ${node.index}`;
    const contents = readContents(node.archive);
    const wrong = [...ledger.rows].filter(([hash, fate]) => {
      const times = contents.times.get(hash) ?? 0;
      return fate === "acknowledged" ? times !== 1 : times > 1;
    });
    expect(wrong, `${name}: rows lost or doubled`).toEqual([]);
    const unjudged = [...ledger.verified].filter((hash) => !contents.judged.has(hash));
    expect(unjudged, `${name}: verdicts lost`).toEqual([]);
    const twice = [...readAmended(node)].filter(
      (hash) => ledger.rows.has(hash) && !ledger.verified.has(hash),
    );
    expect(twice, `${name}: rows captured twice`).toEqual([]);
    const ours = [...ledger.rows.keys()].filter((hash) => contents.times.has(hash)).length;
    expect(contents.entries, `${name}: entries`).toBe(entries + ours);
    expect(contents.activities, `${name}: activities`).toBe(activities + ledger.activities);

    const { counts } = await node.client.status();
    expect(counts, name).toMatchObject({ quarantined: 0, conflicts: 0 });
    const value = await counted(node, counter);
    expect(value, `${name}: counter`).toBeGreaterThanOrEqual(ledger.counter.least);
    expect(value, `${name}: counter`).toBeLessThanOrEqual(ledger.counter.most);
    expect(errorsOf(node), `${name}: errors in its log`).toEqual([]);
  }
}
