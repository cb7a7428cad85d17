import { mkdtempSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateArchive, logicalDump } from "@jarvis-crdt/fixtures";
import { openArchiveDatabase } from "@jarvis-crdt/store-sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { inProcess } from "../testing/run.ts";

let folder: string;
let archive: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "jarvisctl-guard-"));
  archive = join(folder, "jarvis_archive.db");
  generateArchive({ path: archive, rows: 60, seed: 7, activities: 5 });
  before = logicalDump(archive);
  await inProcess("migrate", "apply", "--archive", archive, "--yes");
});
afterEach(() => rmSync(folder, { recursive: true }));
let before: unknown;

const guard = (...args: readonly string[]) => inProcess("migrate", "guard", "--archive", archive, ...args);
const measured = (document: object) => ["--measure", `echo '${JSON.stringify(document)}'`, "--yes"];

test("leaves a sound system alone", async () => {
  const good = {
    health_score: 100,
    test_failure_rate: 0,
    sync_failure_rate: 0.1,
    performance_degradation: 1.2,
  };
  expect(await guard(...measured(good))).toMatchObject({ code: 0, out: "Nothing calls for a rollback.\n" });
  expect(await guard("--yes")).toMatchObject({ code: 0 });
  expect(logicalDump(archive)).not.toEqual(before);
});

test("rolls back with its reasons, a log, and word to somebody", async () => {
  const told = join(folder, "told");
  const notify = `printf '%s' "$JARVIS_REASON" > ${told}; cat >> ${told}`;
  const ran = await guard(
    ...measured({ health_score: 60, sync_failure_rate: 0.4 }),
    "--notify",
    notify,
    "--json",
  );
  expect(ran.code).toBe(1);
  expect(ran.err).toContain("ROLLBACK TRIGGERED: the health score dropped to 60, below 85; 40 % of the sync");
  const outcome = JSON.parse(ran.out);
  expect(outcome).toMatchObject({ rolledBack: true, stopped: false, error: null });
  expect(outcome.reasons).toHaveLength(2);
  expect(logicalDump(archive)).toEqual(before);
  expect(JSON.parse(readFileSync(join(folder, "crdt_backups/rollback.log"), "utf8"))).toMatchObject(outcome);
  expect(readFileSync(told, "utf8")).toMatch(
    /^the health score dropped to 60.*\{"archive".*"rolledBack":true/,
  );
});

test("finds by itself what nobody can account for", async () => {
  const db = openArchiveDatabase(archive);
  db.exec(
    "UPDATE crdt_marker SET applying=1; UPDATE archive_entries SET content='x' WHERE id=3; UPDATE crdt_marker SET applying=0",
  );
  db.close();
  const { code, out } = await guard("--yes");
  expect(code).toBe(1);
  expect(out).toMatch(/^Reason: data are damaged: archive_entries 3: content changed/m);
  expect(out).toMatch(/^Rolled back\./m);
});

test("says what to do where the file is too damaged to be rolled back, and leaves it", async () => {
  truncateSync(archive, 12 * 4096);
  const left = readFileSync(archive);
  const { code, out } = await guard("--yes", "--json");
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ rolledBack: false, error: { code: "damaged" } });
  expect(readFileSync(archive)).toEqual(left);
});

test.each(["echo nonsense", "exit 3", 'echo \'{"health_score":"good"}\'', "echo '{\"helth_score\":1}'"])(
  "a measurement that is none (%s) is an error and no reason",
  async (command) => {
    const { code, err } = await guard("--measure", command, "--yes");
    expect({ code, said: err.includes("no measurements") }).toEqual({ code: 1, said: true });
    expect(logicalDump(archive)).not.toEqual(before);
  },
);
