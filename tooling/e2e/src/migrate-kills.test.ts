import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateArchive, logicalDump, Random } from "@jarvis-crdt/fixtures";
import {
  diskFullAtWrite,
  hasStrace,
  killAtFsync,
  killAtWrite,
  waitFor,
  workspacePrograms,
} from "@jarvis-crdt/harness";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { jarvisctl } from "./kit/jarvisctl.ts";
import { knobs } from "./kit/knobs.ts";
import { scratch } from "./kit/scratch.ts";

const folder = scratch("migrate-kills");
afterAll(() => folder.remove());

const original = join(folder.path, "original.db");
const whole = join(folder.path, "whole.db");
beforeAll(async () => {
  generateArchive({ path: original, rows: 300, seed: knobs.seed });
  copyFileSync(original, whole);
  await done("apply", whole);
});

/** How many fsyncs and writes the commands make on such a file, roughly: a kill beyond the last one kills nothing. */
const reach = { apply: { fsync: 40, write: 230 }, rollback: { fsync: 14, write: 140 } } as const;

const random = new Random(knobs.seed);
const kills = Array.from({ length: knobs.migrateKills }, (_, n) => {
  const at = (verb: keyof typeof reach) =>
    n % 2 === 0
      ? `fsync ${random.between(1, reach[verb].fsync)}`
      : `write ${random.between(1, reach[verb].write)}`;
  return { n, apply: at("apply"), rollback: at("rollback") };
});

test.skipIf(!hasStrace()).each(kills)(
  "killed at $apply while adopting and at $rollback while rolling back, it goes on and ends as if it had not been",
  { timeout: 60_000 },
  async ({ n, apply, rollback }) => {
    const dir = join(folder.path, `${n}`);
    mkdirSync(dir);
    const archive = join(dir, "archive.db");
    copyFileSync(original, archive);

    const first = await run("apply", archive, apply);
    await done("apply", archive);
    expect(marks(archive)).toEqual(marks(whole));
    await done("verify", archive, "--strict");

    // What jarvisd leaves beside an archive, as far as a rollback is concerned.
    const state = join(dir, "crdt_state.db");
    copyFileSync(original, state);
    writeFileSync(join(dir, "fence"), "clean");
    const second = await run("rollback", archive, rollback);
    await done("rollback", archive);
    expect(logicalDump(archive)).toEqual(logicalDump(original));
    await done("verify", archive, "--strict");
    expect(readdirSync(dir).sort()).toEqual(["archive.db", "crdt_backups"]);
    const aside = readdirSync(join(dir, "crdt_backups"), { recursive: true }) as string[];
    expect(aside.filter((name) => /\/(crdt_state\.db|fence)$/.test(name))).toHaveLength(2);
    expect(aside.filter((name) => name.endsWith(".partial"))).toEqual([]);
    console.log(
      `${n}: ${first ? "killed" : "not killed"} at ${apply}, ${second ? "killed" : "not killed"} at ${rollback}`,
    );
  },
);

test.skipIf(!hasStrace())("a disk that is full is told, and costs nothing", { timeout: 60_000 }, async () => {
  const dir = join(folder.path, "full");
  mkdirSync(dir);
  const archive = join(dir, "archive.db");
  copyFileSync(original, archive);
  for (const verb of ["apply", "rollback"]) {
    for (const n of [1, 100]) {
      const { code, err } = await jarvisctl(argsOf(verb, archive), diskFullAtWrite(n));
      expect({ code, err }).toMatchObject({ code: 1, err: expect.stringMatching(/full; free some space/) });
    }
    await done(verb, archive);
  }
  expect(logicalDump(archive)).toEqual(logicalDump(original));
});

test("Ctrl-C ends an adoption between two rows, and calling again goes on", { timeout: 60_000 }, async () => {
  const dir = join(folder.path, "interrupted");
  mkdirSync(dir);
  const archive = join(dir, "archive.db");
  generateArchive({ path: archive, rows: 4_000, seed: knobs.seed, activities: 0 });
  const args = [workspacePrograms().jarvisctl, ...argsOf("apply", archive).slice(0, -1), "1"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    said += chunk;
  });
  const ended = once(child, "close");
  await waitFor(() => (marks(archive) as unknown[]).length > 10, { what: "rows are marked" });
  child.kill("SIGINT");
  expect(await ended).toEqual([1, null]);
  expect(said).toContain("goes on from there");
  await done("apply", archive);
  expect(marks(archive)).toHaveLength(4_000);
});

/** Runs a command that dies at an instant. Whether it died there. */
async function run(verb: string, archive: string, at: string): Promise<boolean> {
  const [what, count] = at.split(" ");
  const wrap = what === "fsync" ? killAtFsync(Number(count)) : killAtWrite(Number(count));
  const { code, err } = await jarvisctl(argsOf(verb, archive), wrap);
  expect([0, null, 137], err).toContain(code);
  return code !== 0;
}

async function done(verb: string, archive: string, ...more: readonly string[]): Promise<void> {
  const { code, out, err } = await jarvisctl([...argsOf(verb, archive), ...more]);
  expect(code, `${verb}: ${err}${out}`).toBe(0);
  expect(existsSync(archive)).toBe(true);
}

function argsOf(verb: string, archive: string): readonly string[] {
  return ["migrate", verb, "--archive", archive, "--yes", "--batch-size", "40"];
}

/** Which row has which uid. */
function marks(path: string): unknown {
  const db = new Database(path, { readonly: true });
  try {
    return db.prepare("SELECT kind,tbl,key,hex(token) FROM crdt_outbox ORDER BY tbl,key").raw().all();
  } finally {
    db.close();
  }
}
