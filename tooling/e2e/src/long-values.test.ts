import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { generateArchive, hasPython } from "@jarvis-crdt/fixtures";
import { type ClusterNode, waitFor } from "@jarvis-crdt/harness";
import Database from "better-sqlite3";
import { afterAll, expect, test } from "vitest";
import { jarvisctl } from "./kit/jarvisctl.ts";
import { layOut } from "./kit/lay-out.ts";
import { errorsOf, readLog } from "./kit/logs.ts";
import { scratch } from "./kit/scratch.ts";

const folder = scratch("long-values");
afterAll(() => folder.remove());

const size = 20_000_000;

/** Runs a program that knows SQLite and nothing of us; `db` is the archive. Returns what it prints. */
function python({ archive }: Pick<ClusterNode, "archive">, program: string): string {
  const begin = `import sqlite3,sys,hashlib,random
db=sqlite3.connect(sys.argv[1],timeout=5)
def blob(seed,size=${size}): return random.Random(seed).randbytes(size)
def text(seed,size=${size}): return "größe\\0€𐀀 %d " % seed + "".join(chr(97+b%26) for b in random.Random(seed).randbytes(1000))*(size//1000)
def add(kind,content): db.execute("INSERT INTO archive_entries(timestamp,data_type,content,source,operation,content_hash,metadata) VALUES('2026-01-01T00:00:00',?,?,'e2e','memory_store','h','{}')",(kind,content))
`;
  const ended = spawnSync("python3", ["-c", `${begin}${program}\ndb.commit()`, archive], {
    encoding: "utf8",
  });
  if (ended.status !== 0) throw new Error(ended.stderr);
  return ended.stdout;
}

/** Type and hash of every long value that stands in a file. */
const longValues = (node: ClusterNode) =>
  python(
    node,
    `for row in db.execute("SELECT data_type,typeof(content),CAST(content AS BLOB),typeof(verification_details),CAST(verification_details AS BLOB) FROM archive_entries WHERE data_type GLOB 'long*' ORDER BY data_type"):
  print(*[hashlib.sha256(one).hexdigest()+str(len(one)) if isinstance(one,bytes) else one for one in row])`,
  );

/** Their lengths and beginnings, which is quick to read. */
const outlines = ({ archive }: ClusterNode) => {
  const db = new Database(archive, { readonly: true, timeout: 5000 });
  try {
    const sql = `SELECT data_type,octet_length(content),hex(substr(content,1,40)),octet_length(verification_details)
      FROM archive_entries WHERE data_type GLOB 'long*' ORDER BY data_type`;
    return JSON.stringify(db.prepare(sql).raw().all());
  } finally {
    db.close();
  }
};

const arrive = (from: ClusterNode, to: ClusterNode) =>
  waitFor(() => outlines(from) === outlines(to), { what: "the long values arrive", timeoutMs: 60_000 });

const storedAt = async (node: ClusterNode) => (await node.client.status()).counts.operations;

/** The most memory that the running process has taken so far, in MB. */
function peak({ ready }: ClusterNode): number {
  const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${ready.pid}/status`, "utf8"));
  return Math.round(Number(line![1]) / 1000);
}

test.skipIf(!hasPython())(
  "values of 20 MB arrive byte for byte, whoever is killed meanwhile",
  {
    timeout: 180_000,
  },
  async () => {
    await using cluster = await layOut({ dir: folder.path, nodes: 2 });
    const [one, two] = [cluster.node(1), cluster.node(2)];
    generateArchive({ path: one.archive, rows: 50, seed: 3, activities: 0 });
    python(one, "add('long 1 adopted',blob(1,2000000))");
    await one.adopt();
    await cluster.start();
    await arrive(one, two);

    const begin = performance.now();
    python(one, "add('long 2',text(2)); add('long 3',blob(3)); add('small','beside them')");
    await arrive(one, two);
    console.log(`40 MB in ${Math.round(performance.now() - begin)} ms`);
    python(
      one,
      "db.execute('UPDATE archive_entries SET verification_details=? WHERE data_type=?',(text(4,2000000),'long 2'))",
    );
    python(
      two,
      "db.execute('UPDATE archive_entries SET content=? WHERE data_type=?',(blob(5,2000000),'long 1 adopted'))",
    );
    await arrive(one, two);

    const before = await storedAt(two);
    python(one, "add('long 6',blob(6,5000000)); add('long 7',blob(7,5000000))");
    await one.kill();
    await one.start();
    await waitFor(async () => (await storedAt(two)) > before, {
      what: "the first pieces",
      intervalMs: 1,
      timeoutMs: 60_000,
    });
    await one.kill();
    const cut = (await storedAt(two)) - before;
    await two.kill();
    await cluster.start();
    await arrive(one, two);
    console.log(`killed after ${cut} of ${(await storedAt(two)) - before} operations`);

    python(
      one,
      "db.execute(\"INSERT INTO archive_entries(timestamp,data_type,content,source,operation,content_hash,metadata) VALUES('','too long',zeroblob(80000000),'','','','')\")",
    );
    const content = "x".repeat(2_000_000);
    const row = { data_type: "long by http", source: "e2e", operation: "memory_store", content };
    const { uid } = await two.client.call<{ uid: string }>("POST", "/v1/archive", { values: row });
    await arrive(two, one);
    await waitFor(() => readLog(one).some(({ bytes }) => Number(bytes) > 80_000_000), {
      what: "the row is reported",
    });
    await cluster.converged(30_000);
    const counts =
      "print(db.execute(\"SELECT count(*) FROM archive_entries WHERE data_type='too long'\").fetchone())";
    expect([python(one, counts), python(two, counts)]).toEqual(["(1,)\n", "(0,)\n"]);
    console.log(`at most ${peak(one)} MB and ${peak(two)} MB of memory`);
    expect(longValues(two)).toBe(longValues(one));
    const { values } = await one.client.call<{ values: { content: string } }>("GET", `/v1/archive/${uid}`);
    expect(values.content === content).toBe(true);

    expect(await jarvisctl(["migrate", "verify", "--archive", one.archive, "--json"])).toMatchObject({
      code: 0,
    });
    for (const node of [one, two]) {
      expect((await node.client.status()).counts).toMatchObject({ quarantined: 0, conflicts: 0 });
      expect(errorsOf(node)).toEqual([]);
    }
    await one.stop();
    const shown = outlines(one);
    expect(
      await jarvisctl(["migrate", "rollback", "--archive", one.archive, "--yes", "--json"]),
    ).toMatchObject({ code: 0 });
    expect(outlines(one)).toBe(shown);
  },
);
