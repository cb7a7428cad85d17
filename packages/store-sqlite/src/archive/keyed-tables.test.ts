import { readFileSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { TableMapping } from "../mapping.ts";
import { isBusy } from "./database.ts";
import { asApp, makeArchive } from "./testing/as-app.ts";
import { eitherNode, nodeStep } from "./testing/history-step.ts";
import { TestNode } from "./testing/node.ts";

const start = 1_800_000_000_000;

function keyed(name: string, keyColumns: readonly string[], more: Partial<TableMapping>): TableMapping {
  return {
    name,
    kind: "map",
    key: "",
    keyColumns,
    groups: [{ name: "key", columns: [...keyColumns].sort() }],
    initialOnly: [],
    identity: [...keyColumns].sort(),
    deletes: "replicate",
    stamped: false,
    typeOf: () => "lww_register",
    ...more,
  };
}

/** A rowid table with a composite key, one without rowid, one that is nothing but its key, a log, and one with a surrogate. */
const mappings: readonly TableMapping[] = [
  keyed("loans", ["reader", "book"], {
    groups: [
      { name: "key", columns: ["book", "reader"] },
      { name: "content", columns: ["due"] },
      { name: "lww(note)", columns: ["note"] },
    ],
  }),
  keyed("settings", ["name"], {
    deletes: "evict",
    groups: [
      { name: "key", columns: ["name"] },
      { name: "content", columns: ["value"] },
    ],
  }),
  keyed("tags", ["item", "tag"], {}),
  keyed("log", ["at"], {
    kind: "grow-only",
    deletes: "evict",
    groups: [
      { name: "key", columns: ["at"] },
      { name: "content", columns: ["line"] },
    ],
  }),
  keyed("states", ["agent", "workflow"], {
    key: "id",
    groups: [
      { name: "key", columns: ["agent", "workflow"] },
      { name: "content", columns: ["data"] },
    ],
  }),
];

const schema = `
  CREATE TABLE loans(reader TEXT, book, due INTEGER, note TEXT, PRIMARY KEY(reader, book));
  CREATE TABLE settings(name TEXT COLLATE NOCASE PRIMARY KEY, value) WITHOUT ROWID;
  CREATE TABLE tags(item INTEGER NOT NULL, tag BLOB NOT NULL, PRIMARY KEY(tag, item)) WITHOUT ROWID;
  CREATE TABLE log(at REAL PRIMARY KEY, line TEXT) WITHOUT ROWID;
  CREATE TABLE states(id INTEGER PRIMARY KEY, agent TEXT, workflow TEXT, data TEXT, UNIQUE(agent, workflow));`;

function twoNodes() {
  let now = start;
  const clock = () => ++now;
  const nodes = [new TestNode(1, mappings, clock), new TestNode(2, mappings, clock)] as const;
  for (const node of nodes) makeArchive(node, schema, mappings);
  return nodes;
}

function run(node: TestNode, sql: string): void {
  asApp(node, (db) => db.exec(sql));
}

function all(node: TestNode, sql: string): unknown[] {
  return asApp(node, (db) => db.prepare(sql).raw().all());
}

/** Every replicated column of every table, values with their types. */
function contents(node: TestNode, names: readonly string[] = mappings.map(({ name }) => name)) {
  return asApp(node, (db) =>
    mappings
      .filter(({ name }) => names.includes(name))
      .flatMap(({ name, groups }) => {
        const columns = groups.flatMap((group) => group.columns);
        const shown = columns.map((column) => `quote(${column})`).join("||' '||");
        return db.prepare(`SELECT '${name} '||${shown} FROM ${name} ORDER BY 1`).pluck().all() as string[];
      }),
  );
}

function digest(node: TestNode): string {
  for (;;) {
    const result = node.state.stepDigest();
    if (result !== undefined) return Buffer.from(result.digest).toString("hex");
  }
}

function exchange(a: TestNode, b: TestNode): void {
  a.settle();
  b.settle();
  a.pull(b);
  b.pull(a);
  a.settle();
  b.settle();
}

it("makes rows with equal keys one row, whoever inserted them, and removes it everywhere", () => {
  const [a, b] = twoNodes();
  using _a = a;
  using _b = b;
  run(
    a,
    "INSERT INTO loans VALUES('ann', 'x,y', 1, 'a'); INSERT INTO states(agent,workflow,data) VALUES('s','w','1')",
  );
  run(b, "INSERT INTO states(agent,workflow,data) VALUES('other','w','0'),('s','w','2')");
  run(b, "INSERT INTO loans VALUES('ann', 'x,y', 2, 'b'), ('bob', NULL, 3, 'no key')");
  exchange(a, b);
  // Both inserts were seen by nobody else: the later one is shown, the other is an open conflict.
  expect(contents(a, ["loans"])).toEqual(["loans 'x,y' 'ann' 2 'b'"]);
  expect(contents(b, ["loans"])).toEqual(["loans 'x,y' 'ann' 2 'b'", "loans NULL 'bob' 3 'no key'"]);
  expect(all(a, "SELECT id,agent,data FROM states ORDER BY agent")).toEqual([
    [2, "other", "0"],
    [1, "s", "2"],
  ]);
  expect(a.state.counts().conflicts).toBeGreaterThan(0);
  run(a, "DELETE FROM loans; UPDATE states SET data='3' WHERE agent='s'");
  exchange(a, b);
  expect(contents(b, ["loans"])).toEqual(["loans NULL 'bob' 3 'no key'"]);
  expect(all(b, "SELECT id,agent,data FROM states ORDER BY agent")).toEqual([
    [1, "other", "0"],
    [2, "s", "3"],
  ]);
  expect(digest(a)).toBe(digest(b));
});

it("takes a changed key as the end of one row and the beginning of another", () => {
  const [a, b] = twoNodes();
  using _a = a;
  using _b = b;
  run(a, "INSERT INTO tags VALUES(1,x'00'),(2,x'00'); INSERT INTO settings VALUES('mode','x')");
  exchange(a, b);
  // The two keys change places, and a name only its case.
  run(a, "UPDATE tags SET item=-item; UPDATE tags SET item=item+3; UPDATE settings SET name='MODE'");
  exchange(a, b);
  expect(contents(b)).toEqual(["settings 'MODE' 'x'", "tags 1 X'00'", "tags 2 X'00'"]);
  expect(contents(a)).toEqual(contents(b));
  expect(digest(a)).toBe(digest(b));
});

it("keeps a key exactly, whatever it holds", () => {
  const [a, b] = twoNodes();
  using _a = a;
  using _b = b;
  run(
    a,
    `INSERT INTO loans(reader,book) VALUES('', 5), ('', '5'), ('', x'35'), ('', 5.5), ('', 9e999), ('', -9223372036854775808),
     ('a'||char(0)||'b', 1e300), (CAST(x'ff' AS TEXT), 1), ('é,''"', 'n'), ('0', 7.0);
     INSERT INTO log VALUES(0.1, 'tenth'), (1e-7, 'small'), (123456789.123456789, 'long')`,
  );
  exchange(a, b);
  expect(contents(b)).toEqual(contents(a));
  expect(contents(b)).toHaveLength(13);
  run(b, "UPDATE loans SET note='seen '||quote(book); DELETE FROM log");
  exchange(a, b);
  expect(contents(a, ["loans"])).toEqual(contents(b, ["loans"]));
  expect(all(a, "SELECT count(*) FROM loans WHERE note IS NULL")).toEqual([[0]]);
  expect(all(a, "SELECT count(*) FROM log")).toEqual([[3]]);
});

it("follows a replacement as it was meant: the row stays, also where somebody else removes the old one", () => {
  const [a, b] = twoNodes();
  using _a = a;
  using _b = b;
  run(a, "INSERT INTO loans VALUES('ann', 1, 1, 'a')");
  exchange(a, b);
  run(a, "REPLACE INTO loans VALUES('ann', 1, 2, 'again')");
  run(b, "DELETE FROM loans");
  exchange(a, b);
  for (const one of [a, b]) expect(contents(one)).toEqual(["loans 1 'ann' 2 'again'"]);
  run(a, "INSERT INTO loans VALUES('ann', 1, 3, 'upsert') ON CONFLICT DO UPDATE SET due=excluded.due");
  run(b, "UPDATE loans SET note='b'");
  exchange(a, b);
  for (const one of [a, b]) expect(contents(one)).toEqual(["loans 1 'ann' 3 'b'"]);
  expect(a.state.counts().conflicts).toBe(0);
});

it("reconciles an archive that was rewound, and adopts rows that no log knows", () => {
  const [a, b] = twoNodes();
  using _a = a;
  using _b = b;
  run(a, "INSERT INTO loans VALUES('ann', 1, 1, 'a'), ('bob', 2, 2, 'b'); INSERT INTO tags VALUES(1, x'01')");
  exchange(a, b);
  a.stop();
  const copy = readFileSync(a.archivePath);
  run(a, "UPDATE loans SET note='later' WHERE reader='ann'; DELETE FROM loans WHERE reader='bob'");
  run(a, "INSERT INTO loans VALUES('new', 3, 3, 'c')");
  exchange(a, b);
  a.stop();
  writeFileSync(a.archivePath, copy);
  run(a, "DROP TRIGGER crdt_i_1; INSERT INTO loans VALUES('unseen', 4, 4, 'd')");
  a.file.adoptLeftovers();
  exchange(a, b);
  const loans = ["loans 1 'ann' 1 'later'", "loans 3 'new' 3 'c'", "loans 4 'unseen' 4 'd'"];
  for (const one of [a, b]) expect(contents(one)).toEqual([...loans, "tags 1 X'01'"]);
  expect(digest(a)).toBe(digest(b));
});

it("refuses to declare a table otherwise than its rows were written, and shows nothing of one that left", () => {
  const [a, b] = twoNodes();
  using _a = a;
  using _b = b;
  run(b, "INSERT INTO loans VALUES('ann', 1, 1, 'a')");
  b.settle();
  a.settle();
  a.pull(b);
  a.stop();
  const without = (name: string) => mappings.filter((mapping) => mapping.name !== name);
  const other = {
    ...mappings[0]!,
    groups: [mappings[0]!.groups[0]!, { name: "content", columns: ["due", "note"] }],
  };
  a.mappings = [other, ...without("loans")];
  expect(() => a.state).toThrow(/due|note/);
  // What waits to be shown of a table that is not declared any more is passed over.
  a.mappings = without("loans");
  a.settle();
  expect(contents(a, ["loans"])).toEqual([]);
  a.stop();
  a.mappings = mappings;
  a.settle();
  expect(contents(a, ["loans"])).toEqual(contents(b, ["loans"]));
});

type Step =
  | {
      readonly do: "write" | "overtake";
      readonly node: 0 | 1;
      readonly sql: number;
      readonly a: number;
      readonly b: number;
    }
  | { readonly do: "exchange" | "capture" | "pull" | "crash"; readonly node: 0 | 1 }
  | { readonly do: "kill"; readonly node: 0 | 1; readonly at: "before-commit" | "before-confirm" };

const writes = [
  "INSERT INTO loans VALUES('r'||$a, $b, $b, 'new')",
  "INSERT OR REPLACE INTO loans VALUES('r'||$a, $b, 100+$b, 'replaced')",
  "INSERT INTO loans VALUES('r'||$a, $b, 7, 'upserted') ON CONFLICT DO UPDATE SET note='upserted '||$b",
  "UPDATE loans SET due=due+1 WHERE reader='r'||$a",
  "UPDATE loans SET note='note '||$b WHERE book=$b",
  "UPDATE OR REPLACE loans SET book=$b WHERE reader='r'||$a",
  "DELETE FROM loans WHERE reader='r'||$a AND book=$b",
  "DELETE FROM loans WHERE reader='r'||$a",
  "INSERT INTO tags VALUES($a, CAST($b AS TEXT))",
  "DELETE FROM tags WHERE item=$a",
  "UPDATE OR IGNORE tags SET item=item+1 WHERE tag=CAST($b AS TEXT)",
  "REPLACE INTO states(agent,workflow,data) VALUES('a'||$a,'w','by '||$b)",
  "UPDATE states SET data=data||$b WHERE agent='a'||$a",
  "UPDATE states SET id=id+100 WHERE agent='a'||$a",
  "DELETE FROM states WHERE agent='a'||$a",
  "INSERT INTO log VALUES($a + $b / 10.0, 'line')",
  "REPLACE INTO log VALUES($a, 'other line '||$b)",
];

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constantFrom("write" as const, "write" as const, "write" as const, "overtake" as const),
      node: eitherNode,
      sql: fc.nat(writes.length - 1),
      a: fc.nat(2),
      b: fc.nat(2),
    }),
  },
  { weight: 5, arbitrary: nodeStep.exchangeOrPull },
  { weight: 3, arbitrary: nodeStep.capture },
  { weight: 1, arbitrary: nodeStep.crash },
  { weight: 2, arbitrary: nodeStep.kill },
);

/** What the application does; nothing where the file is locked. */
function write(node: TestNode, { sql, a, b }: Extract<Step, { readonly sql: number }>): void {
  asApp(node, (db) => {
    try {
      db.prepare(writes[sql]!).run({ a: BigInt(a), b: BigInt(b) });
    } catch (error) {
      if (!isBusy(error) && !String(error).includes("UNIQUE") && !String(error).includes("Missing"))
        throw error;
    }
  });
}

it("ends in the same rows on both nodes, whatever the applications do and wherever the nodes are killed", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 50 }), (steps) => {
      const nodes = twoNodes();
      using _a = nodes[0];
      using _b = nodes[1];
      for (const one of steps) {
        const here = nodes[one.node];
        switch (one.do) {
          case "write":
            write(here, one);
            break;
          case "overtake":
            here.overtake = () => write(here, one);
            here.exchange();
            here.overtake = undefined;
            break;
          case "capture":
            here.capture();
            break;
          case "exchange":
            here.exchange();
            break;
          case "pull":
            here.pull(nodes[1 - one.node]!);
            break;
          case "crash":
            here.crash();
            break;
          case "kill":
            here.kill = one.at;
            here.exchange();
            here.kill = undefined;
        }
      }
      exchange(nodes[0], nodes[1]);
      expect(digest(nodes[0])).toBe(digest(nodes[1]));
      expect(contents(nodes[0])).toEqual(contents(nodes[1]));
      for (const one of nodes) {
        expect(one.state.counts().quarantined).toBe(0);
        expect(one.file.refused()).toEqual([]);
        const total = mappings.map(({ name }) => `(SELECT count(*) FROM ${name})`).join("+");
        expect(all(one, `SELECT (SELECT count(*) FROM crdt_rows)-(${total})`)).toEqual([[0]]);
      }
    }),
    { numRuns: Number(process.env.HISTORY_RUNS ?? 30), seed: Number(process.env.HISTORY_SEED ?? 11) },
  );
});
