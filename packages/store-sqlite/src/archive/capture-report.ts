import type { CaptureReport } from "./exchange.ts";
import type { OutboxReading } from "./outbox-reader.ts";

export const nothingReported: CaptureReport = {
  drained: 0,
  unknown: 0,
  keyless: 0,
  captured: 0,
  evicted: 0,
  isSplit: false,
  unreplicable: [],
};

/** What is new in this reading: entries that the state has already were reported before. */
export function reportOf({ drain, fold, captured, unreplicable }: OutboxReading): CaptureReport {
  return {
    drained: captured.entries.length,
    unknown: fold.unknown,
    keyless: fold.keyless,
    captured: captured.intents.length,
    evicted: captured.evicted.length,
    isSplit: drain.isSplit === true && captured.entries.length > 0,
    unreplicable,
  };
}

export function bothReports(a: CaptureReport, b: CaptureReport): CaptureReport {
  return {
    drained: a.drained + b.drained,
    unknown: a.unknown + b.unknown,
    keyless: a.keyless + b.keyless,
    captured: a.captured + b.captured,
    evicted: a.evicted + b.evicted,
    isSplit: a.isSplit || b.isSplit,
    unreplicable: [...a.unreplicable, ...b.unreplicable],
  };
}
