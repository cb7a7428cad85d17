import { ConfigurationError, escapeText } from "@jarvis-crdt/config";
import { Command, CommanderError } from "commander";
import { addArchiveReconcile } from "./commands/archive-reconcile.ts";
import { addArchiveUnevict } from "./commands/archive-unevict.ts";
import { addBackup } from "./commands/backup.ts";
import { addCaInit } from "./commands/ca-init.ts";
import { addCollection } from "./commands/collection.ts";
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
import { asFailure, exitCode } from "./failure.ts";
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
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.misused;
    const failure = asFailure(error);
    if (failure === undefined) throw error;
    // The lines of a configuration error are escaped where they are made.
    const sentence = error instanceof ConfigurationError ? error.message : escapeText(failure.message, 2000);
    note(`jarvisctl: ${sentence}`);
    if (args.includes("--json")) printJson({ error: { code: failure.code, message: failure.message } });
    return failure.exitCode;
  }
}

function program(end: (code: number) => void): Command {
  const root = new Command("jarvisctl")
    .description("Administers nodes of a replicated Jarvis archive.")
    .version(version)
    .exitOverride()
    .showHelpAfterError("(--help shows the options and examples)")
    .addHelpText("after", "\nExit codes: 0 done, 1 failed or different, 2 asked wrongly.");
  const ca = root.command("ca").description("The authority of a cluster.");
  addCaInit(ca);
  const node = root.command("node").description("Members of a cluster.");
  addNodeIssue(node);
  const archive = root.command("archive").description("The archive of a node.");
  addArchiveReconcile(archive);
  addArchiveUnevict(archive);
  addStatus(root);
  addVoids(root);
  addCollection(root);
  addWhy(root, end);
  addSync(root);
  addDigest(root, end);
  addMigrate(root, end);
  addMapping(root);
  addTable(root);
  addObject(root);
  addReload(root);
  addQuarantine(root);
  addConflicts(root);
  addBackup(root, end);
  addDoctor(root, end);
  addScrub(root, end);
  return root;
}
