import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateArchive, logicalDump } from "@jarvis-crdt/fixtures";
import { afterEach, beforeEach, expect, test } from "vitest";
import { inProcess } from "../testing/run.ts";

let folder: string;
let archive: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "jarvisctl-rollback-"));
  archive = join(folder, "jarvis_archive.db");
  generateArchive({ path: archive, rows: 100, seed: 7, activities: 20 });
});
afterEach(() => rmSync(folder, { recursive: true }));

const migrate = (verb: string, ...args: readonly string[]) =>
  inProcess("migrate", verb, "--archive", archive, ...args);

test("shows what it would do, asks, undoes the adoption, and has nothing to do the second time", async () => {
  const before = logicalDump(archive);
  await migrate("apply", "--yes");
  const adopted = readFileSync(archive);
  writeFileSync(join(folder, "crdt_state.db"), "a state");

  const dry = await migrate("rollback", "--dry-run");
  expect(dry.code).toBe(0);
  expect(dry.out).toMatch(/^rows that stay +\d+$/m);
  expect(dry.out).toMatch(/^1\. Back the file up as it is/m);
  expect(await migrate("rollback")).toMatchObject({ code: 2, err: expect.stringContaining("add --yes") });
  expect(readFileSync(archive)).toEqual(adopted);

  const done = await migrate("rollback", "--yes", "--json");
  expect(done.code).toBe(0);
  expect(JSON.parse(done.out)).toMatchObject({
    was: "adopted",
    removed: { tables: expect.arrayContaining(["crdt_outbox"]), stamped: ["archive_entries"] },
    set_aside: [expect.stringMatching(/crdt_backups\/rolled-back-.*\/crdt_state\.db$/)],
  });
  expect(logicalDump(archive)).toEqual(before);
  expect(readdirSync(folder).sort()).toEqual(["crdt_backups", "jarvis_archive.db"]);

  const again = await migrate("rollback");
  expect(again).toMatchObject({ code: 0, out: expect.stringContaining("Nothing of ours") });
});

test("for people, the result names the backup", async () => {
  await migrate("apply", "--yes");
  const { code, out } = await migrate("rollback", "--yes");
  expect(code).toBe(0);
  expect(out).toMatch(/^Rolled back .*; every row is there\.$/m);
  expect(out).toMatch(/^Backup of what it was: .*before-rollback.*SHA-256 [0-9a-f]{64}\.$/m);
});

test("a damaged file is refused unchanged, exit 1", async () => {
  await migrate("apply", "--yes");
  truncateSync(archive, 12 * 4096);
  const before = readFileSync(archive);
  const ran = await migrate("rollback", "--yes", "--json");
  expect(ran).toMatchObject({ code: 1, err: expect.stringMatching(/^jarvisctl: [^\n]+\n$/) });
  expect(JSON.parse(ran.out)).toMatchObject({ error: { code: "damaged" } });
  expect(readFileSync(archive)).toEqual(before);
});
