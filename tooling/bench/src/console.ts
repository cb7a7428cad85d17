import { styleText } from "node:util";
import { figures, format } from "./figures.ts";
import type { Observer, Progress } from "./run.ts";

const err = process.stderr;

/** A line for each measurement, on standard error, so that the table can be piped. */
export const progressOnConsole: Observer = {
  began(progress) {
    if (err.isTTY) err.write(`${styleText("dim", line(progress), { stream: err })} …`);
  },
  ended(progress, { outcome }, ms) {
    const result =
      "error" in outcome
        ? styleText("red", `failed: ${outcome.error.split("\n")[0]}`, { stream: err })
        : (["sync", "local"] as const)
            .flatMap((name) =>
              outcome.sample[name] === undefined
                ? []
                : `${name} ${format(outcome.sample[name], figures[name].unit)}`,
            )
            .join(", ");
    err.write(`${err.isTTY ? "\r\x1b[K" : ""}${line(progress)}  ${(ms / 1000).toFixed(1)} s  ${result}\n`);
  },
};

function line({ at, of, rows, round, subject }: Progress): string {
  return `${String(at).padStart(String(of).length)}/${of}  ${rows} rows  round ${round}  ${subject.name.padEnd(14)}`;
}
