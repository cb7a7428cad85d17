import type { Plan } from "./plan.ts";

/** A kind of history, from which each seed makes another one. */
export interface Scenario {
  readonly name: string;
  /** One line: what happens in it. */
  readonly summary: string;
  /** Machines, unless asked otherwise. */
  readonly nodes: number;
  plan(seed: number, nodes: number): Plan;
}
