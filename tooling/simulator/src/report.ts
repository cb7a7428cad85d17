import type { GossipReport } from "./gossip.ts";
import { stepList } from "./options.ts";
import type { RunResult } from "./run.ts";
import type { Failure, Tally } from "./soak.ts";
import { describeTrace, type Trace } from "./trace.ts";

/** A failure for people: what, with how little, and how to see it again. */
export function toldFailure({ scenario, seed, nodes, steps, shrunk }: Failure, file: string): string {
  const { plan, violation, runs } = shrunk;
  const ids = plan.steps.map(({ id }) => id);
  const machines = plan.machines.length;
  const asked = nodes === undefined ? "" : ` --nodes ${nodes}`;
  return `FAIL ${violation.invariant} at ${seconds(violation.at)}: ${violation.detail}
  scenario ${scenario}, seed ${seed}, ${machines} machines; ${steps} steps shrunk to ${ids.length} in ${runs} runs:
${describeTrace(shrunk)}  Play it again: pnpm sim --replay ${file}
           or: pnpm sim --scenario ${scenario} --seed ${seed}${asked} --steps ${stepList(ids)}`;
}

export function replayLines({ plan, seed, violation }: Trace, result: RunResult): string {
  const told = `scenario ${plan.scenario}, seed ${seed}, ${plan.machines.length} machines\n${describeTrace({ plan })}`;
  if (!result.violation) return `${told}Everything held; when the trace was written: ${violation.invariant}.`;
  const { invariant, at, detail } = result.violation;
  return `${told}FAIL ${invariant} at ${seconds(at)}: ${detail}`;
}

export function progressLine(tally: Tally, seeds: number, ms: number): string {
  const rate = tally.runs / Math.max(ms / 1000, 0.001);
  const left = (seeds - tally.runs) / Math.max(rate, 0.001);
  return `${tally.runs}/${seeds} histories, ${rate.toFixed(1)} a second, ${tally.failures.length} failed, ${Math.ceil(left / 60)} min left`;
}

export interface SoakReport {
  readonly version: 1;
  readonly histories: number;
  readonly seconds: number;
  readonly virtual_hours: number;
  readonly events: number;
  readonly messages: number;
  readonly connections: number;
  readonly acknowledged_writes: number;
  readonly forks: number;
  readonly forks_not_healed: number;
  readonly refusals: Readonly<Record<string, number>>;
  readonly interrupted: boolean;
  readonly failures: readonly {
    readonly scenario: string;
    readonly seed: number;
    readonly invariant: string;
    readonly detail: string;
    readonly steps: readonly number[];
    readonly trace: string;
  }[];
}

export function soakReport(
  tally: Tally,
  files: readonly string[],
  ms: number,
  interrupted: boolean,
): SoakReport {
  return {
    version: 1,
    histories: tally.runs,
    seconds: Math.round(ms / 100) / 10,
    virtual_hours: Math.round(tally.ms / 36_000) / 100,
    events: tally.events,
    messages: tally.messages,
    connections: tally.connections,
    acknowledged_writes: tally.acknowledged,
    forks: tally.forks,
    forks_not_healed: tally.staying,
    refusals: Object.fromEntries(tally.problems),
    interrupted,
    failures: tally.failures.map(({ scenario, seed, shrunk: { plan, violation } }, i) => ({
      scenario,
      seed,
      invariant: violation.invariant,
      detail: violation.detail,
      steps: plan.steps.map(({ id }) => id),
      trace: files[i]!,
    })),
  };
}

export function soakLines(report: SoakReport): string {
  const { histories, failures, acknowledged_writes, messages, connections, forks, forks_not_healed } = report;
  const codes = Object.entries(report.refusals).map(([code, count]) => `${code} ${count}`);
  const lines = [
    `${histories} histories in ${report.seconds} s: ${report.virtual_hours} virtual hours, ${acknowledged_writes} acknowledged writes, ${messages} messages over ${connections} connections.`,
  ];
  if (codes.length > 0) lines.push(`Refused by honest machines: ${codes.join(", ")}.`);
  if (forks > 0)
    lines.push(
      `Logs that two machines went on with, or that a clock stamped ahead: ${forks}; by an author who does not heal: ${forks_not_healed}.`,
    );
  lines.push(
    failures.length === 0 ? "Every invariant held." : `${failures.length} histories broke an invariant.`,
  );
  return lines.join("\n");
}

export function gossipLines(report: GossipReport, file: string): string {
  const total = report.hops.reduce((sum, count) => sum + count, 0);
  const mean = report.hops.reduce((sum, count, hop) => sum + count * hop, 0) / total;
  const reached = (hundredth: number): string => seconds(report.reached[hundredth]!);
  const lines = [
    `${report.writes} writes through ${report.nodes} nodes of ${report.degree} connections, seed ${report.seed}`,
    `  hops        ${mean.toFixed(2)} on average, ${report.hops.length - 1} at most`,
    `  redundancy  ${report.redundancy.toFixed(2)} arrivals of each batch at each node`,
    `  bytes       ${Math.round(report.bytesPerNode)} sent per node, of which ${Math.round(report.batchBytesPerNode)} batches; ${report.messagesPerNode.toFixed(0)} messages`,
    `  reached     half of the nodes after ${reached(50)}, 99 % after ${reached(99)}, all after ${reached(100)}`,
    `  plot        ${file}`,
  ];
  if (report.violation) lines.push(`FAIL ${report.violation.invariant}: ${report.violation.detail}`);
  return lines.join("\n");
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}
