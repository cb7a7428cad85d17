import { cpus } from "node:os";
import type { SyncFigures } from "./sync.ts";
import type { Timed } from "./yardsticks.ts";

/** What one round measured, one thing after the other on the same machine. */
export interface Round {
  readonly naive: Timed;
  readonly attached: Timed;
  /** Into an archive of the node's own, in write-ahead mode. */
  readonly sync?: SyncFigures;
  /** Into an adopted archive, in journal mode `delete`. */
  readonly adopted?: SyncFigures;
}

export interface Report {
  readonly rows: number;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string };
  /** Medians over the rounds, rows a second. */
  readonly rate: {
    readonly naive: number;
    readonly attached: number;
    readonly sync?: number;
    readonly adopted?: number;
  };
  /** Median over the rounds of each round's own ratio to Y1: machines differ, ratios hold. */
  readonly ratio: { readonly attached: number; readonly sync?: number; readonly adopted?: number };
  /** From the separate run that counts bytes. */
  readonly wireBytesPerRow?: number;
  readonly receiverRssBytes?: number;
  /** Archive and state, relative to the archive alone. */
  readonly diskRatio?: number;
  readonly rounds: readonly Round[];
}

export function summarise(rows: number, rounds: readonly Round[], counted?: SyncFigures): Report {
  const rate = (of: (round: Round) => Timed) =>
    Math.round(median(rounds.map((round) => perSecond(of(round)))));
  const ratio = (of: (round: Round) => Timed) =>
    median(rounds.map((round) => perSecond(of(round)) / perSecond(round.naive)));
  const synced = rounds.flatMap((round) => round.sync ?? []);
  const own = (round: Round) => round.sync as SyncFigures;
  const adopted = (round: Round) => round.adopted as SyncFigures;
  const all = synced.length === rounds.length;
  return {
    rows,
    machine: { cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length, node: process.version },
    rate: {
      naive: rate((round) => round.naive),
      attached: rate((round) => round.attached),
      ...(all ? { sync: rate(own), adopted: rate(adopted) } : {}),
    },
    ratio: {
      attached: ratio((round) => round.attached),
      ...(all ? { sync: ratio(own), adopted: ratio(adopted) } : {}),
    },
    ...(counted?.wireBytes === undefined ? {} : { wireBytesPerRow: counted.wireBytes / rows }),
    ...(all
      ? {
          receiverRssBytes: median(synced.map((one) => one.receiverRssBytes)),
          diskRatio: median(synced.map((one) => one.receiverDiskBytes / one.archiveBytes)),
        }
      : {}),
    rounds,
  };
}

/** The report as lines for people. */
export function show(report: Report): string {
  const { rate, ratio, machine } = report;
  const line = (name: string, value: string, relative?: number) =>
    `${name.padEnd(46)}${value.padStart(14)}${relative === undefined ? "" : `${relative.toFixed(2)} × Y1`.padStart(14)}`;
  const lines = [
    `${report.rows} rows, medians of ${report.rounds.length} rounds · ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}`,
    line("Y1 plain INSERTs, 1000 a transaction", `${rate.naive}/s`),
    line("Y2 ATTACH and INSERT … SELECT", `${rate.attached}/s`, ratio.attached),
  ];
  if (rate.sync !== undefined)
    lines.push(line("two nodes, empty to converged", `${rate.sync}/s`, ratio.sync));
  if (rate.adopted !== undefined)
    lines.push(line("the same into an adopted archive", `${rate.adopted}/s`, ratio.adopted));
  if (report.wireBytesPerRow !== undefined)
    lines.push(line("on the wire", `${report.wireBytesPerRow.toFixed(0)} B/row`));
  if (report.receiverRssBytes !== undefined) {
    lines.push(line("peak memory of the receiver", `${(report.receiverRssBytes / 1e6).toFixed(0)} MB`));
  }
  if (report.diskRatio !== undefined)
    lines.push(line("archive and state to archive", report.diskRatio.toFixed(2)));
  return lines.join("\n");
}

function perSecond({ rows, ms }: Timed): number {
  return (rows / ms) * 1000;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  if (sorted.length % 2 === 1) return sorted[middle] as number;
  return ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
