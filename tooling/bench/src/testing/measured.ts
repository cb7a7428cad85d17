import { type Measured, type Report, summarise } from "../report.ts";
import type { Subject } from "../subject.ts";

export function subject(
  name: string,
  title = `the ${name}`,
  group: Subject["group"] = name === "y1" ? "yardsticks" : "ourselves",
): Subject {
  return { name, title, group, measure: () => Promise.reject(new Error("not measured here")) };
}

export function measured(of: Subject, rows: number, round: number, sample: object): Measured {
  return { subject: of, rows, round, outcome: { sample } };
}

/** What a run would report that measured these. */
export function report(all: readonly Measured[]): Report {
  return {
    version: 1,
    at: "2026-01-01T00:00:00.000Z",
    commit: null,
    machine: { cpu: "a", cores: 2, node: "v24", system: "b", load: 0 },
    seed: 1,
    ...summarise(all),
  };
}
