import { type Damage, type Rebuilt, rebuildState, type Scrubbed, scrubState } from "@jarvis-crdt/backup";
import { loadConfiguration } from "@jarvis-crdt/config";
import { StateCopy } from "@jarvis-crdt/store-sqlite";
import type { Command } from "commander";
import type { z } from "zod";
import { repairedDocument } from "../client/documents.ts";
import { postDocument } from "../client/node-client.ts";
import { configTarget } from "../client/target.ts";
import { examineHolder } from "../doctor/holder.ts";
import { CommandFailure, exitCode } from "../failure.ts";
import { interruptible } from "../interruptible.ts";
import { judgeOf, type OwnNode, openOwnState, readOwnNode, reconcileArchive } from "../own-node.ts";
import { confirm } from "../ui/confirm.ts";
import { facts, table } from "../ui/table.ts";
import { outWidth, print, printJson } from "../ui/terminal.ts";
import { wholeNumber, withConfig, withExamples, withJson } from "./options.ts";

interface Options {
  readonly config: string;
  readonly rate: number;
  readonly repair?: true;
  readonly rebuild?: true;
  readonly yes?: true;
  readonly json?: true;
}

/** `end` receives the exit code where something is damaged and stays so. */
export function addScrub(parent: Command, end: (code: number) => void): void {
  const command = parent
    .command("scrub")
    .description(
      "Read all of a node's log, running or not: signatures, bodies, hashes, and what the cells say. Changes nothing without --repair.",
    )
    .option("--rate <mb>", "read so many megabytes a second at most", wholeNumber(1, 100_000), 50)
    .option(
      "--repair",
      "fetch damaged batches from peers while jarvisd runs; where it does not: make the state anew from its log where that is damaged, and the archive's rows as the state has them",
    )
    .option("--rebuild", "with --repair: make the state anew in any case")
    .option("--yes", "do not ask");
  withExamples(
    withJson(withConfig(command)),
    "scrub --config config.yaml --rate 5",
    "scrub --config config.yaml --repair",
  )
    .addHelpText(
      "after",
      "\nGives 0 if all is sound or repaired, 1 if there is damage. Repairing loses nothing: the old state is set aside, values\n" +
        "that stood in the archive and nowhere else are kept as conflict records, and what this node cannot read peers send again.",
    )
    .action(async (options: Options) => {
      const node = readOwnNode(loadConfiguration(options.config));
      const scrubbed = await scrub(node, options.rate);
      const isDamaged = scrubbed.damaged.length > 0 || scrubbed.cells === "differ";
      if (!options.repair) {
        if (isDamaged) end(exitCode.failed);
        if (options.json) printJson(scrubbed);
        else print(scrubText(scrubbed));
        return;
      }
      if (!options.json) print(scrubText(scrubbed));
      if (!options.rebuild && examineHolder(node.configuration.storage.path).isRunning) {
        const fetched =
          scrubbed.damaged.length > 0 ? await fetchBatches(options.config, scrubbed) : nothingFetched;
        if (fetched.left.length > 0 || scrubbed.cells === "differ") end(exitCode.failed);
        if (options.json) printJson({ ...scrubbed, ...fetched });
        else print(`\n${fetchedText(fetched, scrubbed)}`);
        return;
      }
      await confirm("Repair state and archive?", options.yes);
      const rebuilt = isDamaged || options.rebuild ? await rebuild(node) : undefined;
      const reconciled = reconcileArchive(node);
      if (options.json) printJson({ ...scrubbed, rebuilt: rebuilt ?? null, reconciled });
      else print(`\n${repairText(rebuilt, reconciled)}`);
    });
}

function scrub(node: OwnNode, rate: number): Promise<Scrubbed> {
  const bytesPerMs = (rate * 1e6) / 1000;
  return interruptible(async (progress, signal) => {
    using copy = new StateCopy(node.configuration.storage.path);
    const total = copy.cells;
    const started = performance.now();
    let read = 0;
    return await scrubState(copy, judgeOf(node), {
      onProgress: (done, all) => progress.update("Reading the log, bytes", done, all),
      pause: async (bytes) => {
        if (signal.aborted) throw new CommandFailure("interrupted", "interrupted; nothing was changed");
        read += bytes;
        const ahead = read / bytesPerMs - (performance.now() - started);
        // Short waits would be longer than they say.
        if (ahead > 20) await new Promise((resolve) => setTimeout(resolve, ahead));
      },
      onCells: async (cells) => {
        if (signal.aborted) throw new CommandFailure("interrupted", "interrupted; nothing was changed");
        progress.update("Comparing the cells with the digest", cells, total);
        await new Promise<void>((resolve) => setImmediate(resolve));
      },
    });
  });
}

function rebuild(node: OwnNode): Promise<Rebuilt> {
  const { archive, storage } = node.configuration;
  return interruptible((progress) =>
    rebuildState({
      state: storage.path,
      judge: judgeOf(node),
      now: () => Date.now(),
      openState: (path) => {
        const state = openOwnState(node, archive.path, path);
        const { node: own, der } = node.identity.certificate;
        state.putCertificate(own, der);
        return state;
      },
      onProgress: (done, total) => progress.update("Making the state anew, operations", done, total),
    }),
  );
}

type Fetched = z.infer<typeof repairedDocument>;

const nothingFetched: Fetched = { repaired: [], left: [] };

function fetchBatches(config: string, { damaged }: Scrubbed): Promise<Fetched> {
  const places = damaged.map(({ log, first }) => ({ log, first: Math.max(1, first) }));
  return postDocument(
    configTarget(config),
    "/v1/repair",
    { places: places.slice(0, 1000) },
    repairedDocument,
  );
}

function fetchedText({ repaired, left }: Fetched, { cells }: Scrubbed): string {
  if (cells === "differ")
    return "Stop jarvisd first and call this again: then the state is made anew from its log.";
  if (repaired.length + left.length === 0) return "There is nothing to repair.";
  const rows = [
    ...repaired.map(({ log, first, peer }) => [log, first, `put back, as ${peer} has it`]),
    ...left.map(({ log, first }) => [log, first, "no connected peer has it"]),
  ];
  const next =
    "Connect a peer that has it and call this again, or stop jarvisd first: then the state is made anew.";
  return `${table(["log", "damaged at", "now"], rows, outWidth)}${left.length > 0 ? `\n\n${next}` : ""}`;
}

const audited = {
  sound: "The cells are as they were written.",
  differ:
    "Cells, or what stands beside them, are not what was written: --repair, with jarvisd stopped, makes them anew from the log.",
  unknown: "The cells were not compared: the digest lags behind. It catches up while jarvisd runs.",
} as const;

function scrubText({ batches, operations, damaged, cells }: Scrubbed): string {
  const read = `${operations} operations in ${batches} batches were read.`;
  const compared = cells === undefined ? "" : `\n${audited[cells]}`;
  if (damaged.length === 0) return `${read} All are as their authors signed them.${compared}`;
  const rows = damaged.map(({ log, first, reason }: Damage) => [log, first, reason]);
  return `${read}${compared}\n\n${table(["log", "damaged at", "reason"], rows, outWidth)}`;
}

function repairText(rebuilt: Rebuilt | undefined, reconciled: object | null): string {
  const lines: [string, string | number][] = [];
  if (rebuilt) {
    lines.push(
      ["state made anew of, operations", rebuilt.merged.operations],
      ["before, now at", rebuilt.setAside],
    );
    for (const { log, reason } of rebuilt.merged.refused)
      lines.push([`log ${log}`, `ends before damage (${reason}); peers send the rest`]);
    for (const name of rebuilt.lost) lines.push(["could not be read", name]);
  }
  for (const [name, count] of Object.entries(reconciled ?? {}))
    lines.push([`archive: ${name}`, Number(count)]);
  lines.push(["next", "start jarvisd"]);
  return facts(lines);
}
