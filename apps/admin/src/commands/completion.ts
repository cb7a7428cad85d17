import { Argument, type Command } from "commander";
import { print } from "../ui/terminal.ts";
import { withExamples } from "./options.ts";

const shells = ["bash", "zsh", "fish"] as const;
type Shell = (typeof shells)[number];

export function addCompletion(root: Command): void {
  const command = root
    .command("completion")
    .description("Print what lets a shell complete commands and options with Tab.")
    .addArgument(new Argument("<shell>", "the shell").choices(shells));
  withExamples(
    command,
    "completion bash > ~/.local/share/bash-completion/completions/jarvisctl",
    "completion zsh > ~/.zfunc/_jarvisctl",
    "completion fish > ~/.config/fish/completions/jarvisctl.fish",
  ).action((shell: Shell) => print(scripts[shell](completions(root))));
}

/** What may stand after the words of a command. */
export interface Completion {
  /** The words after `jarvisctl`, with a space between; empty for itself. */
  readonly path: string;
  readonly words: readonly string[];
}

/** Commands and options of a command and of all below it. */
export function completions(command: Command, path: readonly string[] = []): readonly Completion[] {
  const options = command.createHelp().visibleOptions(command);
  const words = [...command.commands.map((one) => one.name()), ...options.map(({ long }) => long ?? "")];
  return [
    { path: path.join(" "), words },
    ...command.commands.flatMap((one) => completions(one, [...path, one.name()])),
  ];
}

const scripts: Readonly<Record<Shell, (all: readonly Completion[]) => string>> = {
  bash: (all) => `_jarvisctl() {
  local path="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word == -* ]] && break
    path="\${path:+$path }$word"
  done
  local words=""
  case "$path" in
${cases(all)}
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}")
}
complete -o default -F _jarvisctl jarvisctl`,
  zsh: (all) => `#compdef jarvisctl
_jarvisctl() {
  local path="" word words=""
  for word in "\${(@)argv[2,CURRENT-1]}"; do
    [[ $word == -* ]] && break
    path="\${path:+$path }$word"
  done
  case "$path" in
${cases(all)}
  esac
  compadd -- \${=words}
  _files
}
compdef '_jarvisctl "\${words[@]}"' jarvisctl`,
  fish: (all) =>
    all
      .flatMap(({ path, words }) => {
        const given = path === "" ? [] : path.split(" ");
        const seen = given.map((word) => `__fish_seen_subcommand_from ${word}`).join("; and ");
        const condition = seen === "" ? "__fish_use_subcommand" : seen;
        return words.map((word) =>
          word.startsWith("--")
            ? `complete -c jarvisctl -n '${condition}' -l ${word.slice(2)}`
            : `complete -c jarvisctl -n '${condition}' -f -a ${word}`,
        );
      })
      .join("\n"),
};

function cases(all: readonly Completion[]): string {
  return all.map(({ path, words }) => `    "${path}") words="${words.join(" ")}" ;;`).join("\n");
}
