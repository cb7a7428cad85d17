import { ConfigurationError, escapeText } from "@jarvis-crdt/config";
import { Command, CommanderError } from "commander";
import { addArchiveReconcile } from "./commands/archive-reconcile.ts";
import { addArchiveUnevict } from "./commands/archive-unevict.ts";
import { addBackup } from "./commands/backup.ts";
import { addCaInit } from "./commands/ca-init.ts";
import { addCollection } from "./commands/collection.ts";
import { addCompletion } from "./commands/completion.ts";
import { addConflicts } from "./commands/conflicts.ts";
import { addDigest } from "./commands/digest.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addMapping } from "./commands/mapping.ts";
import { addMigrate } from "./commands/migrate.ts";
import { addNodeIssue } from "./commands/node-issue.ts";
import { addObject } from "./commands/object.ts";
import { addQuarantine } from "./commands/quarantine.ts";
import { addReload } from "./commands/reload.ts";
import { addScrub } from "./commands/scrub.ts";
import { addStatus } from "./commands/status.ts";
import { addSync } from "./commands/sync.ts";
import { addTable } from "./commands/table.ts";
import { addVoids } from "./commands/voids.ts";
import { addWhy } from "./commands/why.ts";
import { asFailure, type CommandFailure, exitCode, misuse } from "./failure.ts";
import { note, printJson } from "./ui/terminal.ts";
import { version } from "./version.ts";

/** The program `jarvisctl`: runs the command that the arguments name and gives the exit code. */
export async function runCli(args: readonly string[]): Promise<number> {
  try {
    let code: number = exitCode.done;
    await program((ended) => {
      code = ended;
    }).parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return exitCode.done;
      if (args.includes("--json")) printFailure(misuse(error.message.replace(/^error: /, "")));
      return exitCode.misused;
    }
    const failure = asFailure(error);
    if (failure === undefined) throw error;
    // The lines of a configuration error are escaped where they are made.
    const sentence = error instanceof ConfigurationError ? error.message : escapeText(failure.message, 2000);
    note(`jarvisctl: ${sentence}`);
    if (args.includes("--json")) printFailure(failure);
    return failure.exitCode;
  }
}

function printFailure({ code, message }: CommandFailure): void {
  printJson({ error: { code, message } });
}

function program(end: (code: number) => void): Command {
  const root = new Command("jarvisctl")
    .description("Administers nodes of a replicated Jarvis archive.")
    .version(version)
    .exitOverride()
    .helpCommand(false)
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "jarvisctl: ")) })
    .showHelpAfterError("(--help shows the options and examples)")
    .addHelpText("after", closing);
  root.commandsGroup("Every day:");
  addStatus(root);
  addWhy(root, end);
  addSync(root);
  addReload(root);
  addConflicts(root);
  addObject(root);
  root.commandsGroup("Setting up:");
  const ca = root.command("ca").description("The authority of a cluster.");
  addCaInit(ca);
  const node = root.command("node").description("Members of a cluster.");
  addNodeIssue(node);
  addMigrate(root, end);
  addMapping(root);
  addTable(root);
  addCompletion(root);
  root.commandsGroup("Backups and trouble:");
  addBackup(root, end);
  addDoctor(root, end);
  addScrub(root, end);
  addDigest(root, end);
  addQuarantine(root);
  const archive = root.command("archive").description("Rows that are in the archive or in the log alone.");
  addArchiveReconcile(archive);
  addArchiveUnevict(archive);
  addVoids(root);
  addCollection(root);
  withoutHelpCommands(root);
  return root;
}

const closing = `
The node is named by its configuration: --config FILE, else JARVIS_CONFIG, else config.yaml in this folder.
Every command has --help with examples, and --json for programs.

Examples:
  jarvisctl status
  jarvisctl why
  jarvisctl migrate plan --archive data/jarvis_archive.db

Exit codes: 0 done, 1 failed or different, 2 asked wrongly.`;

/** `--help` is one way to ask; a second one would stand in every list. */
function withoutHelpCommands(command: Command): void {
  command.helpCommand(false);
  for (const one of command.commands) withoutHelpCommands(one);
}
