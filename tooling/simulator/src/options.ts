import { parseArgs } from "node:util";
import type { Scenario } from "./scenario.ts";
import { scenarios } from "./scenarios.ts";

/** Something wrong with the command line. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

interface Common {
  readonly json: boolean;
  /** Where traces and plots go. */
  readonly out: string;
}

export type Options =
  | (Common & { readonly command: "help" })
  | (Common & { readonly command: "replay"; readonly file: string })
  | (Common & {
      readonly command: "gossip";
      readonly nodes: number;
      readonly degree: number;
      readonly writes: number;
      readonly seed: number;
    })
  | (Common & {
      readonly command: "soak";
      readonly scenarios: readonly Scenario[];
      readonly first: number;
      readonly seeds: number;
      readonly nodes: number | undefined;
      /** Of one seed only these steps. */
      readonly steps: ReadonlySet<number> | undefined;
      /** Real seconds. */
      readonly seconds: number | undefined;
      readonly crypto: "cheap" | "real";
      readonly store: "memory" | "sqlite";
    });

export function usage(): string {
  const names = scenarios.map(({ name, summary }) => `    ${name.padEnd(12)} ${summary}`).join("\n");
  return `Simulates clusters of the shipped code under faults, from seeds, in virtual time.

  pnpm sim [options]

  --seeds N         how many histories (100); each seed is another one
  --seed N          one history only; with --seeds: the first one
  --scenario NAME   only this kind; may be repeated. Without it seeds take turns in all but gossip
  --nodes N         machines (each scenario's own number)
  --steps LIST      with --seed and one --scenario: only these steps of it, such as 3,5,9-12
  --replay FILE     play a trace that a failure left
  --store KIND      memory or sqlite: the shipped store on real files, slower (memory)
  --crypto KIND     cheap stand-ins for signatures and compression, or real ones (cheap)
  --seconds N       end after so many seconds, whatever is left
  --degree N        gossip: connections of each node (6)
  --writes N        gossip: writes (20)
  --out DIR         where traces and plots are written (data/sim)
  --json            one document on standard output

  Scenarios

${names}
    gossip       writes through a random overlay of many nodes: hops, redundancy, bytes, with a plot

  A failure is shrunk to the steps it needs, written to DIR, and printed with how to play it again.
  Ctrl-C ends after the run under way and shows what was found.
  Exit code: 0 everything held, 1 an invariant was broken, 2 usage, 130 interrupted.

Examples
  pnpm sim --seeds 10000 --nodes 5
  pnpm sim --scenario crash --scenario restore --seeds 200 --store sqlite
  pnpm sim --scenario byzantine --seed 17 --crypto real
  pnpm sim --replay data/sim/crash-17.json
  pnpm sim --scenario gossip --nodes 1000
`;
}

/** Reads the command line. Throws UsageError with a sentence. */
export function readOptions(args: readonly string[]): Options {
  let values: ReturnType<typeof parse>;
  try {
    values = parse(args);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  const common = { json: values.json ?? false, out: values.out ?? "data/sim" };
  if (values.help) return { command: "help", ...common };
  if (values.replay !== undefined) {
    const others = Object.keys(values).filter((name) => !["replay", "json", "out"].includes(name));
    if (others.length > 0) throw new UsageError(`--replay goes without --${others[0]}`);
    return { command: "replay", file: values.replay, ...common };
  }
  const nodes = values.nodes === undefined ? undefined : whole("--nodes", values.nodes, 3, 10_000);
  const names = values.scenario ?? [];
  if (names.includes("gossip")) {
    if (names.length > 1) throw new UsageError("gossip goes without another scenario");
    return {
      command: "gossip",
      nodes: nodes ?? 200,
      degree: whole("--degree", values.degree ?? "6", 2, 100),
      writes: whole("--writes", values.writes ?? "20", 1, 10_000),
      seed: whole("--seed", values.seed ?? "1", 0, 2 ** 32),
      ...common,
    };
  }
  const chosen = names.map(scenarioOf);
  const steps = values.steps === undefined ? undefined : listed(values.steps);
  if (steps !== undefined && (values.seed === undefined || chosen.length !== 1 || values.seeds !== undefined))
    throw new UsageError("--steps goes with one --seed and one --scenario");
  const only = values.seed === undefined ? "100" : "1";
  return {
    command: "soak",
    scenarios: chosen.length > 0 ? chosen : scenarios,
    first: whole("--seed", values.seed ?? "1", 0, 2 ** 32),
    seeds: whole("--seeds", values.seeds ?? only, 1, 1_000_000_000),
    nodes,
    steps,
    seconds: values.seconds === undefined ? undefined : whole("--seconds", values.seconds, 1, 1_000_000),
    crypto: oneOf("--crypto", values.crypto ?? "cheap", ["cheap", "real"]),
    store: oneOf("--store", values.store ?? "memory", ["memory", "sqlite"]),
    ...common,
  };
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      help: { type: "boolean", short: "h" },
      seeds: { type: "string" },
      seed: { type: "string" },
      scenario: { type: "string", multiple: true },
      nodes: { type: "string" },
      steps: { type: "string" },
      replay: { type: "string" },
      store: { type: "string" },
      crypto: { type: "string" },
      seconds: { type: "string" },
      degree: { type: "string" },
      writes: { type: "string" },
      out: { type: "string" },
      json: { type: "boolean" },
    },
  }).values;
}

function scenarioOf(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found) return found;
  const known = [...scenarios.map((scenario) => scenario.name), "gossip"].join(", ");
  throw new UsageError(`--scenario ${shown(name)}: there is none of that name, but ${known}`);
}

function listed(text: string): ReadonlySet<number> {
  const ids = new Set<number>();
  for (const part of text.split(",")) {
    const [from, to = from] = part.split("-");
    const first = whole("--steps", from!, 0, 1_000_000);
    for (let id = first; id <= whole("--steps", to!, first, 1_000_000); id++) ids.add(id);
  }
  return ids;
}

/** The shortest list that `--steps` reads as these. */
export function stepList(ids: readonly number[]): string {
  const parts: string[] = [];
  for (let i = 0; i < ids.length; ) {
    let last = i;
    while (ids[last + 1] === ids[last]! + 1) last++;
    parts.push(last === i ? `${ids[i]}` : `${ids[i]}-${ids[last]}`);
    i = last + 1;
  }
  return parts.join(",");
}

function oneOf<Kind extends string>(name: string, text: string, kinds: readonly Kind[]): Kind {
  const found = kinds.find((kind) => kind === text);
  if (found) return found;
  throw new UsageError(`${name} wants ${kinds.join(" or ")}, not ${shown(text)}`);
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new UsageError(`${name} wants a whole number from ${least} to ${most}, not ${shown(text)}`);
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}
