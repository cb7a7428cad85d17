import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { generateArchive, logicalDump, writeOutside } from "@jarvis-crdt/fixtures";
import { waitFor } from "@jarvis-crdt/harness";
import Database from "better-sqlite3";
import { afterAll, expect, test } from "vitest";
import { settled } from "./kit/contents.ts";
import { copyFixture, hasFixtures } from "./kit/fixtures.ts";
import { jarvisctl } from "./kit/jarvisctl.ts";
import { layOut } from "./kit/lay-out.ts";
import { errorsOf } from "./kit/logs.ts";
import { scratch } from "./kit/scratch.ts";

const folder = scratch("migrate");
afterAll(() => folder.remove());

const migrate = async (verb: string, archive: string, ...args: readonly string[]) => {
  const ended = await jarvisctl(["migrate", verb, "--archive", archive, "--json", ...args]);
  return { ...ended, document: JSON.parse(ended.out) };
};

test("plan, apply, verify, live with it, roll back: the file is what it was and what came since", {
  timeout: 60_000,
}, async () => {
  await using cluster = await layOut({ dir: folder.path, nodes: 2 });
  const [one, two] = [cluster.node(1), cluster.node(2)];
  generateArchive({ path: one.archive, rows: 300, seed: 4 });
  generateArchive({ path: two.archive, rows: 100, seed: 5 });
  const schema = logicalDump(one.archive).schema;

  expect(await migrate("plan", one.archive)).toMatchObject({ code: 0, document: { state: "legacy" } });
  for (const { archive } of [one, two])
    expect(await migrate("apply", archive, "--yes")).toMatchObject({ code: 0 });
  expect(await migrate("verify", one.archive, "--strict")).toMatchObject({ code: 0 });

  await cluster.start();
  await writeOutside({ archive: one.archive, count: 20, seed: 1 });
  await writeOutside({ archive: two.archive, count: 20, seed: 2 });
  expect(await migrate("verify", one.archive)).toMatchObject({ code: 0, document: { problems: [] } });
  await settled(cluster, 20_000);
  // At its start it deletes the rows of other versions, which hides them on its own node.
  const started = await writeOutside({ archive: two.archive, count: 1, seed: 3, startUp: true });
  expect(started.deleted).toBeGreaterThan(0);
  await waitFor(() => isAtRest(two.archive), { what: "the deletions are captured" });
  await cluster.converged(20_000);
  for (const { archive } of [one, two]) {
    const { code, document } = await migrate("verify", archive);
    expect({ code, problems: document.problems }).toEqual({ code: 0, problems: [] });
    expect(document).toMatchObject({ state: "adopted", stateRead: true, sound: true });
  }

  const refused = await migrate("rollback", one.archive, "--yes");
  expect(refused).toMatchObject({ code: 1, document: { error: { code: "in-use" } } });
  expect(refused.err).toContain("stop it");
  // The state file's name is a guess where none is given: the process that has the archive open is found all the same.
  const elsewhere = await migrate("rollback", one.archive, "--yes", "--state", join(folder.path, "no.db"));
  expect(elsewhere).toMatchObject({ code: 1, document: { error: { code: "in-use" } } });

  await writeOutside({ archive: one.archive, count: 3, seed: 3 });
  await one.stop();
  await writeOutside({ archive: one.archive, count: 3, seed: 4 });
  const shown = withoutOurs(one.archive);
  const done = await migrate("rollback", one.archive, "--yes");
  expect(done).toMatchObject({ code: 0, document: { was: "adopted" } });
  expect(done.document.remote).toBeGreaterThan(100);
  expect(withoutOurs(one.archive)).toEqual(shown);
  expect(logicalDump(one.archive).schema).toEqual(schema);
  expect(existsSync(one.state)).toBe(false);
  expect(readdirSync(one.folder).filter((name) => /crdt_state|fence/.test(name))).toEqual([]);

  // The other node keeps what is its own alone, though its counterpart's rows are all there.
  const own = localHashes(two.archive, (await two.client.status()).node);
  await two.stop();
  const local = await migrate("rollback", two.archive, "--local-only", "--yes");
  expect(local).toMatchObject({ code: 0, document: { was: "adopted" } });
  expect(local.document.removed_rows.length).toBeGreaterThan(0);
  expect(localHashes(two.archive)).toEqual(own);

  const { errors, entries } = await writeOutside({ archive: one.archive, count: 5, seed: 9, startUp: true });
  expect(errors).toEqual([]);
  expect(entries).toHaveLength(10);
  for (const node of [one, two]) expect(errorsOf(node)).toEqual([]);
});

/** Hashes of the contents that stand in an archive; where `node` is given, of rows that it added. */
function localHashes(archive: string, node?: string): unknown[] {
  const db = new Database(archive, { readonly: true });
  try {
    const where = node === undefined ? "" : `WHERE crdt_node_id='${node}'`;
    return db.prepare(`SELECT content_hash FROM archive_entries ${where} ORDER BY 1`).pluck().all();
  } finally {
    db.close();
  }
}

test("the guard stops jarvisd and undoes the adoption where a limit is passed", async () => {
  const dir = scratch("migrate-guard");
  try {
    await using cluster = await layOut({ dir: dir.path, nodes: 1 });
    const node = cluster.node(1);
    generateArchive({ path: node.archive, rows: 100, seed: 6 });
    const before = logicalDump(node.archive);
    await node.adopt();
    await cluster.start();
    const { exited } = node;
    const well = await migrate("guard", node.archive, "--yes", "--measure", `echo '{"health_score":100}'`);
    expect(well).toMatchObject({ code: 0, document: { reasons: [], rolledBack: false } });
    const ill = await migrate(
      "guard",
      node.archive,
      "--yes",
      "--measure",
      `echo '{"test_failure_rate":0.5}'`,
    );
    expect(ill).toMatchObject({ code: 1, document: { rolledBack: true, stopped: true, error: null } });
    expect(await exited).toMatchObject({ code: 0 });
    expect(logicalDump(node.archive)).toEqual(before);
  } finally {
    dir.remove();
  }
});

const files: readonly (readonly [string, number])[] = [
  ["jarvis-v0.2-small.db", 2_815],
  ["jarvis-plan-schema-small.db", 1_936],
  ["jarvis-nasty-no-version.db", 517],
];

test.skipIf(!hasFixtures).each(files)(
  "%s is the same to the byte after a node has worked with it",
  { timeout: 60_000 },
  async (name, rows) => {
    const dir = scratch(`migrate-${basename(name, ".db")}`);
    try {
      await using cluster = await layOut({ dir: dir.path, nodes: 1 });
      const node = cluster.node(1);
      copyFixture(name, node.archive);
      const before = logicalDump(node.archive);
      await node.adopt();
      expect(logicalDump(node.archive)).not.toEqual(before);
      await cluster.start();
      await waitFor(async () => (await node.client.status()).counts.rows === rows && isAtRest(node.archive), {
        what: "every row is signed",
        timeoutMs: 40_000,
      });
      await node.stop();
      const { code, document } = await migrate("verify", node.archive, "--strict");
      expect({ code, problems: document.problems }).toEqual({ code: 0, problems: [] });
      expect(await migrate("rollback", node.archive, "--yes")).toMatchObject({ code: 0 });
      expect(logicalDump(node.archive)).toEqual(before);
      expect((await migrate("verify", node.archive, "--strict")).code).toBe(0);
    } finally {
      dir.remove();
    }
  },
);

test.skipIf(!hasFixtures).each([
  ["jarvis-corrupt-page.db", "damaged"],
  ["jarvis-truncated.db", "damaged"],
  ["jarvis-not-sqlite.db", "not-sqlite"],
])("%s is refused by every command, and stays as it is", async (name, code) => {
  const archive = copyFixture(name, join(folder.path, name));
  const before = readFileSync(archive);
  const files = readdirSync(folder.path);
  for (const verb of ["plan", "apply", "verify", "rollback"]) {
    const { err, ...ended } = await migrate(verb, archive, "--yes");
    expect(ended).toMatchObject({ code: 1, document: { error: { code } } });
    expect(err).toMatch(/^jarvisctl: [^\n]+\n$/);
  }
  expect(readFileSync(archive)).toEqual(before);
  expect(readdirSync(folder.path)).toEqual(files);
});

test("an empty file becomes an archive with which the assistant works, also when it is rolled back", async () => {
  const archive = join(folder.path, "empty.db");
  writeFileSync(archive, "");
  expect(await migrate("apply", archive, "--yes")).toMatchObject({ code: 0, document: { was: "empty" } });
  expect((await writeOutside({ archive, count: 2 })).errors).toEqual([]);
  expect(await migrate("rollback", archive, "--yes")).toMatchObject({ code: 0 });
  expect((await writeOutside({ archive, count: 2 })).errors).toEqual([]);
  const { schema, tables } = logicalDump(archive);
  expect(schema.filter(([, objectName]) => String(objectName).includes("crdt"))).toEqual([]);
  expect(tables.archive_entries?.rows).toBe(8);
});

/** What the assistant sees of a file: its own tables, without our columns. */
function withoutOurs(path: string): unknown {
  const db = new Database(path, { readonly: true });
  try {
    db.defaultSafeIntegers(true);
    return ["archive_entries", "verification_queue", "agent_activities"].map((table) => {
      const columns = db.prepare("SELECT name FROM pragma_table_info(?)").pluck().all(table) as string[];
      const exact = columns
        .filter((name) => !name.startsWith("crdt_"))
        .map((name) => `typeof(${name}),hex(${name})`);
      return db
        .prepare(`SELECT ${exact.join(",")} FROM ${table} ORDER BY rowid`)
        .raw()
        .all();
    });
  } finally {
    db.close();
  }
}

function isAtRest(path: string): boolean {
  const db = new Database(path, { readonly: true, timeout: 5000 });
  try {
    return db.prepare("SELECT 1 FROM crdt_outbox").get() === undefined;
  } finally {
    db.close();
  }
}
