import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfiguration } from "@jarvis-crdt/config";
import { generateArchive } from "@jarvis-crdt/fixtures";
import { openArchiveDatabase } from "@jarvis-crdt/store-sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { inProcess } from "../testing/run.ts";

let folder: string;
let archive: string;
let config: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "jarvisctl-table-"));
  archive = join(folder, "jarvis_archive.db");
  config = join(folder, "config.yaml");
  generateArchive({ path: archive, rows: 3, seed: 7, activities: 1 });
  const db = openArchiveDatabase(archive);
  db.exec("CREATE TABLE notes(a TEXT PRIMARY KEY, b, c, d); CREATE TABLE heap(x)");
  db.close();
  writeFileSync(
    config,
    "# mine\narchive:\n  path: jarvis_archive.db # here\n  operations: {'tool_*': g_set, '*': or_set}\nhttp: {port: 0}\n",
  );
});
afterEach(() => rmSync(folder, { recursive: true }));

test("mapping shows patterns and tables as data, with what is local and why", async () => {
  const { code, out } = await inProcess("mapping", "--config", config, "--json");
  expect(code).toBe(0);
  const mapping = JSON.parse(out);
  expect(mapping.operations.plan).toHaveLength(13);
  expect(mapping.operations).toMatchObject({
    configured: [{ pattern: "tool_*", type: "g_set" }],
    otherwise: "or_set",
  });
  const byName = Object.fromEntries(mapping.tables.map((one: { name: string }) => [one.name, one]));
  expect(byName.archive_entries).toMatchObject({
    kind: "records",
    local_columns: ["id"],
    first_value_only: ["version"],
    deletes: "evict",
  });
  expect(byName.verification_queue.why).toMatch(/verify everything/);
  expect(byName.notes).toMatchObject({ kind: "local", why: "not declared", refused: false });

  const people = await inProcess("mapping", "--archive", archive);
  expect(people.out).toContain("memory_store\tor_set\tplan");
  expect(people.out).toContain("(any other)\tlww_register");
  expect(await inProcess("mapping")).toMatchObject({ code: 2 });
});

test("a table is declared, changed and taken out again; the rest of the file stays as it was", async () => {
  const before = loadConfiguration(config);
  const added = await inProcess("table", "add", "notes", "--config", config, "--lww", "b+c", "--json");
  expect(added.code, added.err).toBe(0);
  expect(JSON.parse(added.out)).toMatchObject({
    table: {
      name: "notes",
      kind: "map",
      key: ["a"],
      groups: { key: ["a"], content: ["d"], "lww(b+c)": ["b", "c"] },
    },
    reloaded: false,
  });
  const text = readFileSync(config, "utf8");
  expect(text).toContain("# mine");
  expect(text).toContain("# here");
  expect((await inProcess("table", "list", "--config", config)).out).toMatch(
    /^notes\tmap\ta\t.*\treplicate\t-$/m,
  );

  expect(await inProcess("table", "remove", "notes", "--config", config)).toMatchObject({ code: 2 });
  const removed = await inProcess("table", "remove", "notes", "--config", config, "--yes");
  expect(removed.code, removed.err).toBe(0);
  expect(loadConfiguration(config)).toEqual(before);
  expect(await inProcess("table", "remove", "notes", "--config", config, "--yes")).toMatchObject({ code: 1 });
});

test.each([
  [["heap"], 1, "cannot be told apart"],
  [["missing"], 1, "no table missing"],
  [["notes", "--kind", "records"], 1, "declare it as map"],
  [["notes", "--lww", "b+b"], 1, "in two groups"],
  [["notes", "--lww", "b,,c"], 2, "write --lww"],
  [["notes", "--kind", "tree"], 2, "Allowed choices"],
  [["archive_entries", "--lww", "content"], 2, "part of the format"],
])("add %j is refused, and the file stays", async (args, code, sentence) => {
  const before = readFileSync(config, "utf8");
  const ran = await inProcess("table", "add", ...args, "--config", config);
  expect(ran.code).toBe(code);
  expect(ran.err).toContain(sentence);
  expect(readFileSync(config, "utf8")).toBe(before);
});
