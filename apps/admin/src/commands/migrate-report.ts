import { escapeText } from "@jarvis-crdt/config";
import type { Adoption, AdoptionPlan, DataPatterns } from "@jarvis-crdt/migrate";
import { bytesText } from "../ui/bytes-text.ts";
import { facts, table } from "../ui/table.ts";
import { outWidth, print, printJson } from "../ui/terminal.ts";
import type { StateFile } from "./migrate-options.ts";

/** Prints what adopting would do. */
export function showPlan(
  plan: AdoptionPlan,
  state: StateFile,
  json: true | undefined,
  patterns?: DataPatterns,
): void {
  if (json) {
    printJson({ ...plan, state_file: state, ...(patterns === undefined ? {} : { patterns }) });
    return;
  }
  print(
    facts([
      ["archive", plan.path],
      ["is", meanings[plan.state]],
      ["size", bytesText(plan.bytes)],
      ["rows to mark", plan.rows],
      ["estimate", estimateText(plan)],
      ["state file", `${state.path}${state.exists ? "" : " (made by jarvisd)"}`],
    ]),
  );
  if (plan.tables.length > 0) {
    const rows = plan.tables.map(({ name, kind, rows }) => [name, kind, rows]);
    print(`\n${table(["table", "kind", "rows"], rows, outWidth)}`);
  }
  if (plan.foreignTriggers.length > 0) {
    const rows = plan.foreignTriggers.map((one) => [
      one.name,
      one.table,
      one.writesReplicated ? "yes" : "no",
    ]);
    print(`\n${table(["your trigger", "on", "writes into a replicated table"], rows, outWidth)}`);
  }
  if (patterns !== undefined) showPatterns(patterns);
  const checks = plan.checks.map(({ name, verdict, found, next }) => [name, verdict, found, next ?? ""]);
  print(`\n${table(["check", "result", "found", "next"], checks, outWidth)}`);
  if (plan.steps.length === 0) print("\nNothing is to be done.");
  else print(`\n${plan.steps.map((step, index) => `${index + 1}. ${escapeText(step, 1000)}`).join("\n")}`);
}

/** Operations that people see; `--json` lists two hundred. */
const shownOperations = 20;

function showPatterns({ operations, types, columns, oddities }: DataPatterns): void {
  if (operations.length === 0) return;
  const shown = operations.slice(0, shownOperations).map(({ name, type, rows }) => [name, type, rows]);
  print(`\n${table(["operation", "CRDT type", "rows"], shown, outWidth)}`);
  const sums = Object.entries(types).map(([type, rows]) => `${type} ${rows}`);
  print(
    `All ${operations.length >= 200 ? "" : `${operations.length} `}operations by type: ${sums.join(", ")}.`,
  );
  const values = columns.map((one) => [
    `${one.table}.${one.column}`,
    one.distinct ?? "many",
    one.nulls,
    one.longest,
    one.bytes,
  ]);
  print(`\n${table(["column", "distinct", "NULL", "longest", "bytes"], values, outWidth)}`);
  if (oddities.length === 0) return;
  const odd = oddities.map(({ what, rows }) => [what, rows]);
  print(`\n${table(["what may surprise, and replicates as it is", "rows"], odd, outWidth)}`);
}

function estimateText({ estimate }: AdoptionPlan): string {
  const { seconds, backup, archive, state } = estimate;
  return `${seconds} s; backup ${bytesText(backup)}, archive +${bytesText(archive)}, state file ${bytesText(state)}`;
}

const meanings: Readonly<Record<AdoptionPlan["state"], string>> = {
  empty: "an empty file",
  legacy: "an archive that is not adopted",
  interrupted: "an archive whose adoption was interrupted",
  adopted: "an adopted archive",
};

/** Prints what adopting did. */
export function showResult(
  { plan, rows, backup, ms }: Adoption,
  state: StateFile,
  json: true | undefined,
): void {
  if (json) {
    printJson({
      path: plan.path,
      was: plan.state,
      rows,
      backup: backup ?? null,
      ms: Math.round(ms),
      state_file: state,
    });
    return;
  }
  if (plan.state === "adopted") {
    print(`${escapeText(plan.path)} is adopted already; nothing was done.`);
    return;
  }
  if (plan.state === "empty") {
    print(`Made an empty archive in ${escapeText(plan.path)}. Next: start jarvisd with it.`);
    return;
  }
  print(
    `Adopted ${escapeText(plan.path)} in ${(ms / 1000).toFixed(1)} s; ${rows} rows are marked as to be logged.`,
  );
  if (backup) print(`Backup: ${escapeText(backup.path)}, SHA-256 ${backup.sha256}.`);
  print("Next: start jarvisd with this archive; it signs the rows.");
}
