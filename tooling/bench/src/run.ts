import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Options } from "./options.ts";
import type { Measured } from "./report.ts";
import type { Subject, Task } from "./subject.ts";

export interface Progress {
  /** Which measurement, from 1, of how many. */
  readonly at: number;
  readonly of: number;
  readonly subject: Subject;
  readonly rows: number;
  readonly round: number;
}

export interface Observer {
  began(progress: Progress): void;
  ended(progress: Progress, measured: Measured, ms: number): void;
}

/**
 * Measures everything in turn, round after round, so that what slows the machine down for a while falls on all alike. What fails is
 * noted with its reason and not tried again with more rows; the rest goes on. Yields each measurement as it is made.
 */
export async function* run(options: Options, observer: Observer): AsyncGenerator<Measured> {
  const { sizes, subjects, seed } = options;
  const plan = sizes.flatMap(({ rows, rounds }) =>
    Array.from({ length: rounds }, (_, i) => i + 1).flatMap((round) =>
      subjects
        .filter(({ leastRows = 0, mostRows = Infinity }) => rows >= leastRows && rows <= mostRows)
        .map((subject) => ({ subject, rows, round })),
    ),
  );
  const failed = new Set<Subject>();
  for (const [i, step] of plan.entries()) {
    if (failed.has(step.subject)) continue;
    const progress = { at: i + 1, of: plan.length, ...step };
    observer.began(progress);
    const started = performance.now();
    // Every round has rows of its own; whoever is measured in it, the same.
    const task = { rows: step.rows, seed: seed + step.round - 1 };
    const measured = { ...step, outcome: await measure(step.subject, task, options.folder) };
    if ("error" in measured.outcome) failed.add(step.subject);
    observer.ended(progress, measured, performance.now() - started);
    yield measured;
  }
}

async function measure(
  subject: Subject,
  task: Omit<Task, "folder">,
  parent: string,
): Promise<Measured["outcome"]> {
  const folder = mkdtempSync(join(parent, "jarvis-bench-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.on("exit", remove);
  try {
    return { sample: await subject.measure({ ...task, folder }) };
  } catch (error) {
    return { error: (error as Error).message };
  } finally {
    process.off("exit", remove);
    remove();
  }
}
