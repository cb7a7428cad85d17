import { ConfigurationError, escapeText } from "@jarvis-crdt/config";
import { Command, CommanderError } from "commander";
import { addCommands } from "./commands.ts";
import { asFailure, type CommandFailure, exitCode, misuse } from "./failure.ts";
import { note, printJson } from "./ui/terminal.ts";
import { version } from "./version.ts";

/** The program `jarvisctl`: runs the command that the arguments name and gives the exit code. */
export async function runCli(args: readonly string[]): Promise<number> {
  try {
    let code: number = exitCode.done;
    const root = await program(args, (ended) => {
      code = ended;
    });
    await root.parseAsync(args, { from: "user" });
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

async function program(args: readonly string[], end: (code: number) => void): Promise<Command> {
  const root = new Command("jarvisctl")
    .description("Administers nodes of a replicated Jarvis archive.")
    .version(version)
    .exitOverride()
    .helpCommand(false)
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "jarvisctl: ")) })
    .showHelpAfterError("(--help shows the options and examples)")
    .addHelpText("after", closing);
  await addCommands(root, args[0], end);
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
