import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { logicalDump } from "@jarvis-crdt/fixtures";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { copyFixture, hasFixtures } from "./kit/fixtures.ts";
import { scratch } from "./kit/scratch.ts";

const workspace = fileURLToPath(new URL("../../../", import.meta.url));
const nodes = [1, 2, 3];

test
  .skipIf(!hasFixtures)
  .each([
    "jarvis-v0.2-small.db",
    "jarvis-v0.2-real.db.gz",
    "jarvis-plan-schema-small.db",
    "jarvis-nasty-no-version.db",
  ])(
  "start --once --archive %s: every value of every row is the same on all nodes",
  {
    timeout: 120_000,
  },
  async (name) => {
    const folder = scratch("start-archive");
    try {
      const archive = copyFixture(name, join(folder.path, "input.db"));
      const bytes = readFileSync(archive);
      const data = join(folder.path, "data");
      const { code, said } = await start("--once", "--archive", archive, "--data", data, "--keep");
      expect(code, said).toBe(0);
      expect(readFileSync(archive).equals(bytes), "the file that was given is unchanged").toBe(true);
      expect(JSON.parse(readFileSync(join(data, "report.json"), "utf8"))).toMatchObject({ converged: true });

      const files = nodes.map((node) => join(data, `node${node}`, "jarvis_archive.db"));
      const [first, ...others] = files.map(rowsByUid);
      expect(first!.size).toBeGreaterThan(500);
      for (const other of others) expect(sameRows(first!, other)).toBe(true);

      // What the assistant of the first node had queued is there to the byte, and nobody else does its work.
      const before = queueOf(archive);
      expect(queueOf(files[0]!).slice(0, before.length)).toEqual(before);
      for (const file of files.slice(1)) expect(queueOf(file).length).toBeLessThan(10);
      expect(logicalDump(files[0]!).settings).toEqual(logicalDump(archive).settings);
    } finally {
      folder.remove();
    }
  },
);

test.skipIf(!hasFixtures)(
  "start --archive of a damaged file says in one sentence what is the matter with it and what to do, and leaves it alone",
  { timeout: 120_000 },
  async () => {
    const folder = scratch("start-damaged");
    try {
      const archive = copyFixture("jarvis-truncated.db", join(folder.path, "input.db"));
      const bytes = readFileSync(archive);
      const { code, said } = await start("--once", "--archive", archive, "--data", join(folder.path, "data"));
      expect(code).toBe(1);
      expect(said.trimEnd().split("\n").at(-1)).toBe(
        `Not converged: ${archive} is damaged; restore a backup or run ".recover" on a copy first.`,
      );
      expect(readFileSync(archive).equals(bytes)).toBe(true);
    } finally {
      folder.remove();
    }
  },
);

async function start(...args: readonly string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, ["scripts/start.ts", ...args], {
    cwd: workspace,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, PATH: `${join(workspace, "node_modules/.bin")}${delimiter}${process.env.PATH}` },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      said += chunk;
    });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, said };
}

/** Type and bytes of every replicated column of every row, by table and uid. */
function rowsByUid(path: string): ReadonlyMap<string, string> {
  const db = new Database(path, { readonly: true, timeout: 5000 });
  try {
    const rows = new Map<string, string>();
    const tables = db.prepare("SELECT id,name FROM crdt_tables ORDER BY name").all() as {
      id: number;
      name: string;
    }[];
    for (const { id, name } of tables) {
      const columns = db
        .prepare("SELECT name FROM pragma_table_info(?) WHERE pk=0 AND name NOT GLOB 'crdt_*' ORDER BY name")
        .pluck()
        .all(name) as string[];
      const exact = columns.map((column) => `typeof("${column}")||hex("${column}")`).join("||' '||");
      const select = db.prepare(
        `SELECT hex(r.uid),${exact} FROM crdt_rows r JOIN "${name}" t ON t.id=r.key WHERE r.tbl=?`,
      );
      for (const [uid, row] of select.raw().iterate(id) as IterableIterator<[string, string]>)
        rows.set(`${name} ${uid}`, row);
      const count = db.prepare(`SELECT count(*) FROM "${name}"`).pluck().get();
      expect(select.raw().all(id), `every row of ${name} has an identity`).toHaveLength(count as number);
    }
    return rows;
  } finally {
    db.close();
  }
}

function sameRows(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  return one.size === other.size && [...one].every(([uid, row]) => other.get(uid) === row);
}

function queueOf(path: string): unknown[] {
  const db = new Database(path, { readonly: true, timeout: 5000 });
  try {
    const has = db.prepare("SELECT 1 FROM sqlite_schema WHERE name='verification_queue'").get();
    return has === undefined ? [] : db.prepare("SELECT * FROM verification_queue ORDER BY id").raw().all();
  } finally {
    db.close();
  }
}
