import { adaptiveInterval } from "@jarvis-crdt/replica";
import { type Crypto, cryptoOf } from "./crypto.ts";
import { inspectContent, inspectEnd, sameFrontiers } from "./inspect.ts";
import type { Plan } from "./plan.ts";
import type { Violation } from "./violation.ts";
import { World, type WorldOptions } from "./world.ts";

export type RunOptions = WorldOptions;

export interface RunResult {
  /** The first thing that was wrong. */
  readonly violation: Violation | undefined;
  /** Virtual milliseconds. */
  readonly ms: number;
  readonly events: number;
  readonly messages: number;
  readonly bytes: number;
  readonly connections: number;
  readonly acknowledged: number;
  /** How often honest machines reported each code. */
  readonly problems: ReadonlyMap<string, number>;
  /** Logs that two machines went on with or a clock stamped ahead, and those of which nobody healed what became of that. */
  readonly forks: number;
  readonly staying: number;
  /** Equal for equal runs. */
  readonly fingerprint: string;
}

/** Content is inspected so often while faults go on, ms. */
const inspectMs = 500;
/** How long nodes may take, after the last fault, until they have the same; ms. */
const patienceMs = 300_000;
const stepMs = 1_000;

/** Plays a plan to its end, or until an invariant does not hold. */
export async function run(plan: Plan, options: RunOptions): Promise<RunResult> {
  const crypto = cryptoOf(options.crypto ?? "cheap", 0);
  const world = new World(plan, options);
  const onRejection = (error: unknown): void => world.judge.defect(error);
  process.on("unhandledRejection", onRejection);
  try {
    await world.start();
    await play(world);
    if (world.judge.violations.length === 0) await settle(world, crypto);
  } catch (error) {
    world.judge.defect(error);
  }
  try {
    return await resultOf(world, crypto);
  } finally {
    process.off("unhandledRejection", onRejection);
    await world.close();
  }
}

async function play(world: World): Promise<void> {
  const { timeline, plan } = world;
  const end = (plan.steps.at(-1)?.at ?? 0) + 1;
  for (let turn = 0; timeline.now < end; turn++) {
    await timeline.runUntil(Math.min(end, timeline.now + inspectMs));
    const { honest } = world;
    const machine = honest[turn % honest.length];
    if (machine) await inspectContent(world, machine);
    if (world.judge.violations.length > 0) return;
  }
}

async function settle(world: World, crypto: Crypto): Promise<void> {
  await world.calm();
  const { timeline } = world;
  let equal = 0;
  const patience = patienceMs + furthestClock(world.plan) + longestWaits(world.plan);
  for (const until = timeline.now + patience; timeline.now < until; ) {
    await timeline.runUntil(timeline.now + stepMs);
    if (world.judge.violations.length > 0) return;
    const stores = world.honest.map(({ process }) => process?.store.inner);
    const frontiers = await Promise.all(stores.map((store) => store?.frontier() ?? new Map()));
    const doubts = await Promise.all(stores.map((store) => store?.doubts()));
    const inDoubt = doubts.some((one) => one !== undefined);
    const settled =
      !world.isBusy && !inDoubt && stores.every((store) => store) && sameFrontiers(world, frontiers);
    equal = settled ? equal + 1 : 0;
    if (equal === 3) break;
  }
  // Who is lied to compares again and again: something is under way now and then for ever.
  for (let waits = 0; world.isBusy && waits < 50; waits++) await timeline.runUntil(timeline.now + 100);
  if (world.isBusy)
    world.judge.violate("convergence", "a machine does not start or stop, or a write is never answered");
  else await inspectEnd(world, crypto);
}

/** What was stamped in the future counts when its time has come. */
function furthestClock({ machines, steps }: Plan): number {
  let furthest = 0;
  for (const { skew } of machines) furthest += Math.abs(skew);
  for (const step of steps) if (step.do === "clock") furthest += Math.abs(step.by);
  return furthest;
}

/** As long as changes may wait before they leave, all the way from one machine to the last. */
function longestWaits({ machines }: Plan): number {
  let sum = 0;
  for (const { mode } of machines) {
    if (mode.kind === "lazy") sum += adaptiveInterval(mode.priority, 0) * 1000;
    if (mode.kind === "scheduled") sum += mode.intervalMs;
  }
  return sum;
}

async function resultOf(world: World, { hasher }: Crypto): Promise<RunResult> {
  const { timeline, network, ledger, messages, bytes, forked } = world;
  const { problems, violations } = world.judge;
  const [store] = world.honest.flatMap(({ process }) => process?.store.inner ?? []);
  const frontier = store ? [...(await store.frontier()).values()] : [];
  const heads = hasher.hash(frontier.map(({ batch }) => batch));
  return {
    violation: violations[0],
    ms: timeline.now,
    events: timeline.events,
    messages,
    bytes,
    connections: network.connections,
    acknowledged: ledger.acknowledged,
    problems,
    forks: forked.size,
    staying: world.plan.forksStay ? forked.size : 0,
    fingerprint: `${timeline.events} ${messages} ${bytes} ${Buffer.from(heads).toString("hex")}`,
  };
}
