import type { Value } from "@jarvis-crdt/crdt";
import { compareDots } from "@jarvis-crdt/crdt";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { TableMapping } from "../mapping.ts";
import { uidText } from "../uid.ts";
import { openArchiveDatabase } from "./database.ts";
import { asApp, makeArchive } from "./testing/as-app.ts";
import { TestNode } from "./testing/node.ts";

/** A table of the owner's with an index of each kind: a collation, an expression on part of the rows. */
const schema = `
  CREATE TABLE people(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT COLLATE NOCASE UNIQUE, mail TEXT, note TEXT);
  CREATE UNIQUE INDEX people_mail ON people(lower(mail)) WHERE mail <> 'none';`;

const mappings: readonly TableMapping[] = [
  {
    name: "people",
    kind: "records",
    key: "id",
    groups: [{ name: "content", columns: ["mail", "name", "note"] }],
    initialOnly: [],
    identity: ["name"],
    deletes: "replicate",
    stamped: false,
    typeOf: () => "lww_register",
  },
];

function cluster(size: number) {
  let now = 1_800_000_000_000;
  const nodes = Array.from({ length: size }, (_, i) => new TestNode(i + 1, mappings, () => ++now));
  for (const node of nodes) makeArchive(node, schema, mappings);
  return {
    nodes,
    [Symbol.dispose]: () => {
      for (const node of nodes) node[Symbol.dispose]();
    },
  };
}

const write = (node: TestNode, sql: string) => asApp(node, (db) => db.exec(sql));
const names = (node: TestNode) =>
  asApp(node, (db) => db.prepare("SELECT name FROM people ORDER BY name,note").pluck().all());

function exchangeAll(nodes: readonly TestNode[]): void {
  for (let round = 0; round < 3; round++) {
    for (const node of nodes) {
      node.settle();
      for (const other of nodes) if (other !== node) node.pull(other);
      node.settle();
    }
  }
}

it("shows the row that came first everywhere, and the other when that one goes or changes", () => {
  using three = cluster(3);
  const [a, b, c] = three.nodes as [TestNode, TestNode, TestNode];
  write(a, "INSERT INTO people(name,note) VALUES('Ada','first')");
  a.settle();
  write(b, "INSERT INTO people(name,note) VALUES('ADA','second'),('Bob','b')");
  b.settle();
  // The later one arrives first at the third node.
  c.pull(b);
  c.settle();
  expect(names(c)).toEqual(["ADA", "Bob"]);
  exchangeAll(three.nodes);
  for (const node of three.nodes) {
    expect(names(node)).toEqual(["Ada", "Bob"]);
    expect(node.state.counts().conflicts).toBe(1);
    expect(node.exchange()).toEqual({ outcome: "idle" });
  }

  // A restart tells the state again, and nobody tries for ever.
  b.crash();
  b.settle();
  expect(b.state.counts().conflicts).toBe(1);

  write(a, "UPDATE people SET name='Adele' WHERE name='Ada'");
  exchangeAll(three.nodes);
  for (const node of three.nodes) {
    expect(names(node)).toEqual(["ADA", "Adele", "Bob"]);
    expect(node.state.counts().conflicts).toBe(0);
  }

  write(c, "UPDATE people SET name='ada' WHERE name='Bob' AND 0; DELETE FROM people WHERE name='ADA'");
  write(
    a,
    "UPDATE people SET mail='x@y' WHERE name='Adele'; UPDATE people SET mail='X@Y' WHERE name='Bob' AND 0",
  );
  write(b, "UPDATE people SET mail='X@Y' WHERE name='Bob'");
  exchangeAll(three.nodes);
  for (const node of three.nodes) {
    expect(names(node)).toEqual(["Adele"]);
    expect(node.state.counts().conflicts).toBe(1);
  }
  write(b, "DELETE FROM people");
  exchangeAll(three.nodes);
  for (const node of three.nodes) {
    expect(names(node)).toEqual(["Bob"]);
    expect(node.state.counts().conflicts).toBe(0);
  }
  const log = openArchiveDatabase(`${c.folder}/state.db`, { readonly: true });
  expect(
    log
      .prepare("SELECT conflict_type,resolution_strategy,json_array_length(involved_nodes) FROM conflict_log")
      .raw()
      .all(),
  ).toEqual(expect.arrayContaining([["unique-value", "first-row-wins", 2]]));
  log.close();
});

it("shows what a row hid that is hidden now itself", () => {
  using three = cluster(3);
  const [a, b, c] = three.nodes as [TestNode, TestNode, TestNode];
  write(a, "INSERT INTO people(name,note) VALUES('Ada','1')");
  a.settle();
  write(b, "INSERT INTO people(name,mail,note) VALUES('Ada','x@y','2')");
  b.settle();
  write(c, "INSERT INTO people(name,mail) VALUES('Eve','x@y')");
  c.settle();
  c.pull(b);
  c.settle();
  expect(names(c)).toEqual(["Ada"]);
  c.pull(a);
  c.settle();
  expect(names(c)).toEqual(["Ada", "Eve"]);
});

it("leaves a row alone that does not replicate, and refuses the other one", () => {
  using two = cluster(2);
  const [a, b] = two.nodes as [TestNode, TestNode];
  write(a, "INSERT INTO people(name) VALUES('Ada')");
  a.settle();
  b.settle();
  write(
    b,
    "UPDATE crdt_marker SET applying=1; INSERT INTO people(name) VALUES('ada'); UPDATE crdt_marker SET applying=0",
  );
  b.pull(a);
  b.settle();
  expect(names(b)).toEqual(["ada"]);
  expect(b.file.refused()).toHaveLength(1);
});

/** Which rows are shown, by the states alone: in the order in which they were added, each that still fits. */
function expected(node: TestNode, uids: readonly Uint8Array[]): string[] {
  const rows = uids.flatMap((uid) => node.state.archive.view({ table: "people", uid }) ?? []);
  const time = (row: (typeof rows)[number]) => (row.stamp === "base" ? 0 : row.stamp);
  rows.sort((x, y) => time(x) - time(y) || compareDots(x.dot, y.dot));
  const taken = new Set<string>();
  const lower = (value: Value | undefined) => (typeof value === "string" ? value.toLowerCase() : undefined);
  return rows
    .filter(({ values: [mail, name] }) => {
      const claims: string[] = [];
      if (lower(name) !== undefined) claims.push(`name ${lower(name)}`);
      if (lower(mail) !== undefined && mail !== "none") claims.push(`mail ${lower(mail)}`);
      if (claims.some((claim) => taken.has(claim))) return false;
      for (const claim of claims) taken.add(claim);
      return true;
    })
    .map(({ uid }) => uidText(uid))
    .sort();
}

it("shows the same rows on all nodes, whatever came when", () => {
  const name = fc.constantFrom("ada", "ADA", "bob", "Bob", "eve", null);
  const mail = fc.constantFrom("x@y", "X@y", "p@q", "none", null);
  const step = fc.oneof(
    fc.record({ kind: fc.constant("insert" as const), at: fc.nat(2), name, mail }),
    fc.record({ kind: fc.constant("update" as const), at: fc.nat(2), row: fc.nat(5), name, mail }),
    fc.record({ kind: fc.constant("delete" as const), at: fc.nat(2), row: fc.nat(5) }),
    fc.record({ kind: fc.constant("settle" as const), at: fc.nat(2) }),
    fc.record({ kind: fc.constant("capture" as const), at: fc.nat(2) }),
    fc.record({ kind: fc.constant("pull" as const), at: fc.nat(2), from: fc.nat(2) }),
    fc.record({ kind: fc.constant("crash" as const), at: fc.nat(2) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      using three = cluster(3);
      const at = (i: number) => three.nodes[i]!;
      for (const one of steps) {
        const node = at(one.at);
        if (one.kind === "settle") node.settle();
        else if (one.kind === "capture") node.capture();
        else if (one.kind === "crash") node.crash();
        else if (one.kind === "pull") {
          if (one.at !== one.from) node.pull(at(one.from));
        } else {
          asApp(node, (db) => {
            const ids = db.prepare("SELECT id FROM people ORDER BY id").pluck().all();
            try {
              if (one.kind === "insert")
                db.prepare("INSERT INTO people(name,mail) VALUES(?,?)").run(one.name, one.mail);
              else if (ids.length === 0) return;
              else if (one.kind === "delete")
                db.prepare("DELETE FROM people WHERE id=?").run(ids[one.row % ids.length]);
              else
                db.prepare("UPDATE people SET name=?,mail=? WHERE id=?").run(
                  one.name,
                  one.mail,
                  ids[one.row % ids.length],
                );
            } catch (error) {
              // The application meets its own index, as it would alone.
              if (!String(error).includes("UNIQUE")) throw error;
            }
          });
        }
      }
      exchangeAll(three.nodes);
      const state = openArchiveDatabase(`${at(0).folder}/state.db`, { readonly: true });
      const uids = state.prepare("SELECT key FROM crdt_cells WHERE length(key)=16").pluck().all() as Buffer[];
      state.close();
      const shown = expected(at(0), uids);
      for (const node of three.nodes) {
        const here = asApp(node, (db) =>
          db
            .prepare("SELECT lower(hex(uid)) AS u FROM people JOIN crdt_rows ON key=id ORDER BY u")
            .pluck()
            .all(),
        );
        expect(here).toEqual(shown);
        expect(node.exchange()).toEqual({ outcome: "idle" });
      }
    }),
    { numRuns: Number(process.env.HISTORY_RUNS ?? 30), seed: Number(process.env.HISTORY_SEED ?? 11) },
  );
}, 60_000);
