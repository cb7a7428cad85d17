import { loadConfiguration } from "@jarvis-crdt/config";
import type { Command } from "commander";
import { examine } from "../doctor/examine.ts";
import type { Finding } from "../doctor/finding.ts";
import { examineRunning } from "../doctor/running.ts";
import { exitCode } from "../failure.ts";
import { paragraph } from "../ui/paragraph.ts";
import { colour, outWidth, print, printJson } from "../ui/terminal.ts";
import { withConfig, withExamples, withJson } from "./options.ts";

/** `end` receives the exit code where something is wrong. */
export function addDoctor(parent: Command, end: (code: number) => void): void {
  const command = parent
    .command("doctor")
    .description(
      "Explain the state of a node's files in sentences, each with the next step. Changes nothing.",
    );
  withExamples(withJson(withConfig(command)), "doctor --config config.yaml", "doctor --json")
    .addHelpText(
      "after",
      "\nThe node may run or not; where it does not, state and archive are read whole. Gives 1 if there is a problem, else 0.",
    )
    .action(async (options: { config: string; json?: true }) => {
      const configuration = loadConfiguration(options.config);
      const now = Date.now();
      const found = examine(configuration, now);
      const isRunning = found.some(({ code }) => code === "running");
      const said = isRunning ? await examineRunning(options.config, now) : [];
      const findings = [...said, ...found];
      if (findings.some(({ level }) => level === "problem")) end(exitCode.failed);
      if (options.json) printJson({ findings });
      else print(findings.map(line).join("\n"));
    });
}

const marks: Readonly<Record<Finding["level"], string>> = {
  problem: colour.red("PROBLEM"),
  warning: colour.yellow("warning"),
  note: "note   ",
  good: colour.green("good   "),
};

function line({ level, sentence, next }: Finding): string {
  const step = next === undefined ? [] : [paragraph("         → ", next, outWidth)];
  return [paragraph(`${marks[level]}  `, sentence, outWidth, 9), ...step].join("\n");
}
