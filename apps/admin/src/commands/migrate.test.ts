import { createHash } from "node:crypto";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateArchive } from "@jarvis-crdt/fixtures";
import { openArchiveDatabase } from "@jarvis-crdt/store-sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { inProcess } from "../testing/run.ts";

let folder: string;
let archive: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "jarvisctl-migrate-"));
  archive = join(folder, "jarvis_archive.db");
  generateArchive({ path: archive, rows: 300, seed: 7, activities: 20 });
});
afterEach(() => rmSync(folder, { recursive: true }));

const hash = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");

test("plan says what would be done, and changes nothing", async () => {
  const before = hash(archive);
  const { code, out } = await inProcess("migrate", "plan", "--archive", archive, "--json");
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    state: "legacy",
    rows: 320,
    tables: expect.arrayContaining([{ name: "archive_entries", kind: "records", rows: 300 }]),
    state_file: { path: join(folder, "crdt_state.db"), exists: false },
    patterns: { operations: expect.arrayContaining([expect.objectContaining({ type: "g_counter" })]) },
  });
  const people = await inProcess("migrate", "plan", "--archive", archive);
  expect(people).toMatchObject({ code: 0, err: "" });
  expect(people.out).toMatch(/^rows to mark +320$/m);
  expect(people.out).toContain("archive_entries\trecords\t300");
  expect(people.out).toMatch(/^estimate +1 s; backup \d+ kB/m);
  expect(people.out).toMatch(/^ask_local_llm\tg_counter\t\d+$/m);
  expect(people.out).toMatch(/^archive_entries\.data_type\t\d\t0\t\d+\t\d+$/m);
  expect(people.out).toMatch(/^free space\tpassed\t/m);
  expect(people.out).toMatch(/^1\. Back the file up/m);

  const dry = await inProcess("migrate", "apply", "--archive", archive, "--dry-run", "--json");
  // Other programs write on the same disk.
  const steady = (text: string) => text.replace(/[\d.]+ [MG]B free/, "");
  expect(steady(dry.out)).toBe(steady(out));
  expect(hash(archive)).toBe(before);
  expect(readdirSync(folder)).toEqual(["jarvis_archive.db"]);
});

test("apply asks first, adopts with a backup, and does nothing the second time", async () => {
  const before = hash(archive);
  const unasked = await inProcess("migrate", "apply", "--archive", archive);
  expect(unasked).toMatchObject({ code: 2, err: expect.stringContaining("add --yes") });
  expect(hash(archive)).toBe(before);

  const done = await inProcess(
    "migrate",
    "apply",
    "--archive",
    archive,
    "--batch-size",
    "7",
    "--yes",
    "--json",
  );
  expect(done.code).toBe(0);
  const document = JSON.parse(done.out);
  expect(document).toMatchObject({ was: "legacy", rows: 320 });
  expect(hash(document.backup.path)).toBe(document.backup.sha256);

  const again = await inProcess("migrate", "apply", "--archive", archive);
  expect(again).toMatchObject({ code: 0, out: expect.stringContaining("adopted already") });
  expect(JSON.parse((await inProcess("migrate", "plan", "--archive", archive, "--json")).out)).toMatchObject({
    state: "adopted",
    rows: 0,
    steps: [],
  });
});

test("for people, the result names the backup and what comes next", async () => {
  const { code, out } = await inProcess(
    "migrate",
    "apply",
    "--archive",
    archive,
    "--yes",
    "--state",
    "/x/state.db",
  );
  expect(code).toBe(0);
  expect(out).toMatch(/^Adopted .*; 320 rows are marked/m);
  expect(out).toMatch(/^Backup: .*crdt_backups.*SHA-256 [0-9a-f]{64}\.$/m);
  expect(out).toContain("/x/state.db");
  expect(out).toMatch(/^Next: start jarvisd/m);
});

test.each<[string, (path: string) => void, string]>([
  ["missing", (path) => rmSync(path), "missing"],
  ["no database", (path) => writeFileSync(path, "x".repeat(5000)), "not-sqlite"],
  ["truncated", (path) => truncateSync(path, 20 * 4096), "damaged"],
])("a file that is %s is refused unchanged, exit 1", async (_name, spoil, code) => {
  spoil(archive);
  const before = existsSync(archive) ? hash(archive) : undefined;
  const files = readdirSync(folder);
  for (const verb of ["plan", "apply"]) {
    const args = verb === "apply" ? ["--yes"] : [];
    const ran = await inProcess("migrate", verb, "--archive", archive, "--json", ...args);
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(/^jarvisctl: [^\n]+\n$/);
    expect(JSON.parse(ran.out)).toMatchObject({ error: { code } });
  }
  expect(existsSync(archive) ? hash(archive) : undefined).toBe(before);
  expect(readdirSync(folder)).toEqual(files);
});

test("an empty file becomes an empty archive", async () => {
  writeFileSync(archive, "");
  const { code, out } = await inProcess("migrate", "apply", "--archive", archive, "--yes");
  expect(code).toBe(0);
  expect(out).toContain("Made an empty archive");
  expect(readFileSync(archive).subarray(0, 15).toString()).toBe("SQLite format 3");
});

test("with a configuration, the tables that it declares are adopted in the same step", async () => {
  const db = openArchiveDatabase(archive);
  db.exec("CREATE TABLE notes(name TEXT PRIMARY KEY, text);INSERT INTO notes VALUES('a','1'),('b','2')");
  db.close();
  const config = join(folder, "config.yaml");
  writeFileSync(
    config,
    "archive:\n  path: jarvis_archive.db\nstorage:\n  path: my_state.db\ntables:\n  notes: {}\n",
  );
  const plan = JSON.parse((await inProcess("migrate", "plan", "--config", config, "--json")).out);
  expect(plan).toMatchObject({
    rows: 322,
    tables: expect.arrayContaining([{ name: "notes", kind: "map", rows: 2 }]),
    state_file: { path: join(folder, "my_state.db") },
  });
  expect(await inProcess("migrate", "apply", "--config", config, "--yes")).toMatchObject({ code: 0 });
  const adopted = openArchiveDatabase(archive, { readonly: true });
  const sql = "SELECT name,count(*) FROM crdt_outbox JOIN crdt_tables t ON t.id=tbl WHERE name='notes'";
  expect(adopted.prepare(sql).raw().get()).toEqual(["notes", 2]);
  adopted.close();
  expect(await inProcess("migrate", "verify", "--config", config)).toMatchObject({ code: 0 });
  expect(await inProcess("migrate", "apply", "--yes")).toMatchObject({
    code: 2,
    err: expect.stringContaining("--archive FILE, or --config FILE"),
  });
});
