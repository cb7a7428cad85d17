import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateArchive, writeOutside } from "@jarvis-crdt/fixtures";
import { openArchiveDatabase } from "@jarvis-crdt/store-sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { inProcess } from "../testing/run.ts";

let folder: string;
let archive: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "jarvisctl-verify-"));
  archive = join(folder, "jarvis_archive.db");
  generateArchive({ path: archive, rows: 100, seed: 7, activities: 20 });
});
afterEach(() => rmSync(folder, { recursive: true }));

const migrate = (verb: string, ...args: readonly string[]) =>
  inProcess("migrate", verb, "--archive", archive, ...args);

test("exit 0 where every change is accounted for, 1 where one is not", async () => {
  await migrate("apply", "--yes");
  await writeOutside({ archive, count: 5, seed: 1 });
  const before = readFileSync(archive);
  const good = await migrate("verify", "--json");
  expect(good.code).toBe(0);
  expect(JSON.parse(good.out)).toMatchObject({ state: "adopted", sound: true, problems: [] });
  expect(await migrate("verify", "--strict")).toMatchObject({ code: 1 });
  expect(readFileSync(archive)).toEqual(before);

  const db = openArchiveDatabase(archive);
  db.exec(
    "UPDATE crdt_marker SET applying=1; UPDATE archive_entries SET content='x' WHERE id=3; UPDATE crdt_marker SET applying=0",
  );
  db.close();
  const bad = await migrate("verify");
  expect(bad.code).toBe(1);
  expect(bad.out).toMatch(/^archive_entries 3: content changed, and neither outbox nor log say why$/m);
  expect(bad.out).toContain("NOT what it should be");
});

test("without a backup it says how to name one", async () => {
  const { code, err } = await migrate("verify");
  expect(code).toBe(1);
  expect(err).toContain("--backup");
});
