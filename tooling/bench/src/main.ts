import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { workspacePrograms } from "@jarvis-crdt/harness";
import { type Round, show, summarise } from "./report.ts";
import { measureSync } from "./sync.ts";
import { copyAttached, insertNaively } from "./yardsticks.ts";

const usage = `node -C source tooling/bench/src/main.ts [options]

  --rows N      entries (50000)
  --rounds N    each measures everything once, in turn (3)
  --seed S      (1)
  --sync        measure two nodes as well; needs the built programs
  --folder DIR  where files are written; the disk matters (the system's temporary folder)
  --json FILE   write the figures there`;

const { values } = readArguments();
const rows = count("rows", values.rows);
const rounds = count("rounds", values.rounds);
const seed = count("seed", values.seed);
const folder = values.folder ?? tmpdir();

try {
  await main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  // Said before minutes of measuring, not after.
  if (values.sync) workspacePrograms();
  const measured: Round[] = [];
  for (let round = 0; round < rounds; round++) measured.push(await measure());
  const counted = values.sync ? await measureSync({ rows, seed, folder, countBytes: true }) : undefined;
  const report = summarise(rows, measured, counted);
  console.log(show(report));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
}

async function measure(): Promise<Round> {
  const dir = mkdtempSync(join(folder, "bench-"));
  try {
    const source = join(dir, "naive.db");
    const naive = insertNaively(source, rows, seed);
    const attached = copyAttached(join(dir, "attached.db"), source);
    if (!values.sync) return { naive, attached };
    const sync = await measureSync({ rows, seed, folder });
    return { naive, attached, sync, adopted: await measureSync({ rows, seed, folder, adopted: true }) };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        rows: { type: "string", default: "50000" },
        rounds: { type: "string", default: "3" },
        seed: { type: "string", default: "1" },
        sync: { type: "boolean", default: false },
        folder: { type: "string" },
        json: { type: "string" },
      },
    });
  } catch (error) {
    return misused((error as Error).message);
  }
}

function count(name: string, text: string): number {
  return /^[1-9]\d{0,8}$/.test(text)
    ? Number(text)
    : misused(`--${name} ${text}: a whole number from 1 is needed`);
}

function misused(message: string): never {
  console.error(`${message}\n\n${usage}`);
  process.exit(2);
}
