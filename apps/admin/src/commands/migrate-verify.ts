import { escapeText } from "@jarvis-crdt/config";
import { planAdoption, type Verification, verifyAdoption } from "@jarvis-crdt/migrate";
import { hasher } from "@jarvis-crdt/security";
import type { Command } from "commander";
import { exitCode } from "../failure.ts";
import { Progress } from "../ui/progress.ts";
import { facts, table } from "../ui/table.ts";
import { colour, outWidth, print, printJson } from "../ui/terminal.ts";
import { type FileOptions, mapped, stateFile, withFile } from "./migrate-options.ts";
import { withExamples } from "./options.ts";

interface Options extends FileOptions {
  readonly backup?: string;
  readonly strict?: true;
}

/** `end` receives the exit code where the file is not what it should be. */
export function addVerify(migrate: Command, end: (code: number) => void): void {
  const verify = withFile(
    migrate
      .command("verify")
      .description(
        "Compare every byte of an adopted archive with the backup from before; changes since must be accounted for.",
      ),
    true,
  )
    .option("--backup <file>", "the backup to compare with (default: the newest in crdt_backups)")
    .option("--strict", "account for nothing: the file must be what the backup is");
  withExamples(
    verify,
    "migrate verify --archive data/jarvis_archive.db",
    "migrate verify --archive data/jarvis_archive.db --strict --json",
  )
    .addHelpText(
      "after",
      "\nChanges nothing; jarvisd and the assistant may run. Exit code 1 if anything is wrong.",
    )
    .action(async (options: Options) => {
      const progress = new Progress();
      let verification: Verification;
      try {
        const total = planAdoption({ path: options.archive, state: stateFile(options).path }).tables.reduce(
          (sum, { rows }) => sum + rows,
          0,
        );
        verification = await verifyAdoption({
          path: options.archive,
          state: stateFile(options).path,
          hash: hasher.hash,
          batchSize: options.batchSize,
          strict: options.strict ?? false,
          ...mapped(options),
          ...(options.backup === undefined ? {} : { backup: options.backup }),
          onProgress: ({ table, rows }) => progress.update(`Comparing ${table}`, rows, total),
        });
      } finally {
        progress.end();
      }
      show(verification, options.json);
      if (!verification.sound) end(exitCode.failed);
    });
}

function show(verification: Verification, json: true | undefined): void {
  if (json) {
    printJson(verification);
    return;
  }
  const { path, state, backup, stateRead, schema, tables, problems, sound } = verification;
  print(
    facts([
      ["archive", path],
      ["is", meanings[state]],
      ["compared with", backup],
      ["state file", stateRead ? "read" : "none yet"],
    ]),
  );
  const rows = tables.map((one) => [
    one.name,
    one.kind,
    one.rows,
    one.captured,
    one.local,
    one.unexplained,
    one.unidentified,
    one.unknown,
  ]);
  const head = ["table", "kind", "rows", "captured", "local", "unexplained", "unidentified", "unknown"];
  print(`\n${table(head, rows, outWidth)}`);
  const found = [...schema, ...problems];
  if (found.length > 0) print(`\n${found.map((line) => escapeText(line, 400)).join("\n")}`);
  print(
    `\n${
      sound
        ? colour.green("The archive is what it was; every change since is accounted for.")
        : colour.red(
            'The archive is NOT what it should be: stop jarvisd, keep a copy, and see "jarvisctl migrate rollback".',
          )
    }`,
  );
}

const meanings: Readonly<Record<Verification["state"], string>> = {
  legacy: "an archive without anything of ours",
  interrupted: 'an archive whose adoption is not finished: run "jarvisctl migrate apply" again',
  adopted: "an adopted archive",
};
