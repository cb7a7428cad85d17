import type { Plan } from "./plan.ts";
import { type RunOptions, run } from "./run.ts";
import type { Step } from "./step.ts";
import type { Violation } from "./violation.ts";

export interface Shrunk {
  readonly plan: Plan;
  readonly violation: Violation;
  readonly runs: number;
}

export interface ShrinkBudget {
  readonly runs: number;
  /** Stop with what there is. */
  readonly isOver?: () => boolean;
}

/**
 * Takes away what a plan can do without and still break the same invariant: parts of its steps, halves first, down to
 * single ones (ddmin, Zeller & Hildebrandt 2002), then what the network does by itself.
 */
export async function shrink(
  plan: Plan,
  violation: Violation,
  options: RunOptions,
  budget: ShrinkBudget = { runs: 400 },
): Promise<Shrunk> {
  let best: Shrunk = { plan, violation, runs: 0 };
  let runs = 0;
  const isOver = (): boolean => runs >= budget.runs || (budget.isOver?.() ?? false);
  const stillFails = async (candidate: Plan): Promise<boolean> => {
    runs++;
    const result = await run(candidate, options);
    if (result.violation?.invariant !== violation.invariant) return false;
    best = { plan: candidate, violation: result.violation, runs };
    return true;
  };
  await withoutSteps(plan, stillFails, isOver);
  for (const simpler of [{ loss: 0 }, { jitter: 0 }, { bandwidth: 100_000 }, { latency: 1 }]) {
    if (isOver()) break;
    await stillFails({ ...best.plan, network: { ...best.plan.network, ...simpler } });
  }
  return { ...best, runs };
}

async function withoutSteps(
  plan: Plan,
  stillFails: (candidate: Plan) => Promise<boolean>,
  isOver: () => boolean,
): Promise<void> {
  let steps: readonly Step[] = plan.steps;
  for (let size = Math.ceil(steps.length / 2); size >= 1 && !isOver(); ) {
    let removed = false;
    for (let at = 0; at < steps.length && !isOver(); ) {
      const candidate = [...steps.slice(0, at), ...steps.slice(at + size)];
      if (await stillFails({ ...plan, steps: candidate })) {
        steps = candidate;
        removed = true;
      } else at += size;
    }
    if (size === 1 && !removed) break;
    size = size === 1 ? 1 : Math.ceil(size / 2);
  }
}
