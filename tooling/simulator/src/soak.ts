import type { Plan } from "./plan.ts";
import { type RunResult, run } from "./run.ts";
import type { Scenario } from "./scenario.ts";
import { type Shrunk, shrink } from "./shrink.ts";
import type { WorldOptions } from "./world.ts";

export interface SoakOptions {
  /** Seeds take turns. */
  readonly scenarios: readonly Scenario[];
  readonly first: number;
  readonly seeds: number;
  /** Machines; each scenario's own number where undefined. */
  readonly nodes: number | undefined;
  readonly crypto: NonNullable<WorldOptions["crypto"]>;
  readonly store: NonNullable<WorldOptions["store"]>;
  /** Ends the soak before its last seed. */
  readonly isOver: () => boolean;
}

export interface Failure {
  readonly scenario: string;
  readonly seed: number;
  /** As asked for. */
  readonly nodes: number | undefined;
  readonly steps: number;
  readonly shrunk: Shrunk;
}

/** What all runs so far come to. */
export interface Tally {
  runs: number;
  ms: number;
  events: number;
  messages: number;
  connections: number;
  acknowledged: number;
  forks: number;
  staying: number;
  readonly problems: Map<string, number>;
  readonly failures: Failure[];
}

export function emptyTally(): Tally {
  return {
    runs: 0,
    ms: 0,
    events: 0,
    messages: 0,
    connections: 0,
    acknowledged: 0,
    forks: 0,
    staying: 0,
    problems: new Map(),
    failures: [],
  };
}

/** Runs seed after seed, adds each to the tally, and shrinks what fails. */
export async function soak(
  options: SoakOptions,
  tally: Tally,
  onFailure: (failure: Failure) => void = () => undefined,
): Promise<void> {
  const { scenarios, first, seeds, nodes, crypto, store, isOver } = options;
  for (let seed = first; seed < first + seeds && !isOver(); seed++) {
    const scenario = scenarios[seed % scenarios.length]!;
    const plan = scenario.plan(seed, nodes ?? scenario.nodes);
    const result = await run(plan, { seed, crypto, store });
    add(tally, result);
    if (!result.violation) continue;
    const shrunk = await shrink(plan, result.violation, { seed, crypto, store }, { runs: 400, isOver });
    const failure: Failure = { scenario: scenario.name, seed, nodes, steps: plan.steps.length, shrunk };
    tally.failures.push(failure);
    onFailure(failure);
  }
}

function add(tally: Tally, result: RunResult): void {
  tally.runs++;
  for (const name of ["ms", "events", "messages", "connections", "acknowledged", "forks", "staying"] as const)
    tally[name] += result[name];
  for (const [code, count] of result.problems)
    tally.problems.set(code, (tally.problems.get(code) ?? 0) + count);
}

/** A plan with some of its steps only. */
export function onlySteps(plan: Plan, ids: ReadonlySet<number>): Plan {
  return { ...plan, steps: plan.steps.filter(({ id }) => ids.has(id)) };
}
