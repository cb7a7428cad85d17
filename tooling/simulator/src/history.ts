import type { Random } from "@jarvis-crdt/store/conformance";
import type { MachinePlan, Plan } from "./plan.ts";
import { between, chance } from "./random.ts";
import { type Change, type Step, stepShape } from "./step.ts";

type Unnumbered = Step extends infer One ? (One extends Step ? Omit<One, "id"> : never) : never;

/** Collects a scenario's machines, edges and steps. Steps are numbered by their time. */
export class History {
  readonly random: Random;
  readonly seed: number;
  readonly machines: MachinePlan[] = [];
  readonly edges: [number, number][] = [];
  readonly #steps: Unnumbered[] = [];

  constructor(seed: number, scenario: string) {
    this.seed = seed;
    this.random = chance(seed, "history", scenario);
  }

  machine(plan: Partial<MachinePlan> = {}): number {
    return (
      this.machines.push({
        absent: false,
        byzantine: false,
        skew: 0,
        schema: 0,
        durability: "full",
        mode: { kind: "eager" },
        ...plan,
      }) - 1
    );
  }

  /** A chain, so that everybody can be reached, and other edges by chance. */
  connect(machines: readonly number[], percent: number): void {
    for (let i = 1; i < machines.length; i++) {
      this.edges.push([machines[i - 1]!, machines[i]!]);
      for (let j = 0; j < i - 1; j++)
        if (this.random.below(100) < percent) this.edges.push([machines[j]!, machines[i]!]);
    }
  }

  at(
    at: number,
    step: Unnumbered extends infer One ? (One extends Unnumbered ? Omit<One, "at"> : never) : never,
  ): void {
    this.#steps.push({ at, ...step } as Unnumbered);
  }

  /** Writes by chance until `until` ms. */
  writes(
    count: number,
    until: number,
    changes: readonly Change[],
    machines = [...this.machines.keys()],
  ): void {
    for (let i = 0; i < count; i++) {
      this.at(between(this.random, 0, until), {
        do: "write",
        machine: this.random.pick(machines),
        change: this.random.pick(changes),
        key: this.random.below(1000),
      });
    }
  }

  plan(scenario: string, rest: Partial<Pick<Plan, "network" | "smallWindows" | "forksStay">> = {}): Plan {
    const { random } = this;
    const steps = this.#steps
      .toSorted((a, b) => a.at - b.at)
      .map((step, id) => stepShape.parse({ id, ...step }));
    return {
      scenario,
      machines: this.machines,
      edges: this.edges,
      network: {
        latency: between(random, 1, 80),
        jitter: random.pick([0, 5, 50]),
        bandwidth: random.pick([50, 1_000, 100_000]),
        loss: random.pick([0, 0, 1, 5]),
      },
      smallWindows: random.below(2) === 0,
      forksStay: false,
      ...rest,
      steps,
    };
  }
}

/** All that anybody may write, the usual things more often. */
export const usualChanges: readonly Change[] = [
  "count",
  "add",
  "add",
  "drop",
  "hot",
  "hot",
  "cool",
  "set",
  "row",
  "row",
  "edit",
  "edit",
  "edit",
  "unrow",
  "unrow",
];
