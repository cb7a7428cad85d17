import fc from "fast-check";
import { expect, it } from "vitest";
import { uidText } from "../uid.ts";
import { isBusy } from "./database.ts";
import { asApp, makeArchive } from "./testing/as-app.ts";
import { eitherNode, nodeStep } from "./testing/history-step.ts";
import { TestNode } from "./testing/node.ts";
import { smallMappings, smallSchema } from "./testing/small-archive.ts";

const start = 1_800_000_000_000;

function twoNodes() {
  let now = start;
  const clock = () => ++now;
  const nodes = [new TestNode(1, smallMappings, clock), new TestNode(2, smallMappings, clock)] as const;
  for (const node of nodes) makeArchive(node, smallSchema, smallMappings);
  return nodes;
}

/** What the archive shows, by uid. */
function shown(node: TestNode): Map<string, unknown[]> {
  return asApp(node, (db) => {
    const rows = db
      .prepare(
        `SELECT lower(hex(uid)),body,loose,score,status,NULL FROM entries JOIN crdt_rows ON key=id AND tbl=1
         UNION ALL SELECT lower(hex(uid)),what,NULL,NULL,NULL,NULL FROM events JOIN crdt_rows ON key=id AND tbl=2`,
      )
      .raw()
      .all() as [string, ...unknown[]][];
    const total = db
      .prepare("SELECT (SELECT count(*) FROM entries)+(SELECT count(*) FROM events)")
      .pluck()
      .get();
    expect(rows).toHaveLength(total as number);
    return new Map(rows.map(([uid, ...values]) => [uid, values]));
  });
}

function digest(node: TestNode): string {
  for (;;) {
    const result = node.state.stepDigest();
    if (result !== undefined) return Buffer.from(result.digest).toString("hex");
  }
}

it("carries the assistant's writes from one archive to the other and back", () => {
  const [a, b] = twoNodes();
  using _a = a;
  using _b = b;
  asApp(a, (db) =>
    db.exec("INSERT INTO entries(body,loose,status) VALUES('one',5.0,'pending'),('two',NULL,'pending')"),
  );
  asApp(b, (db) => db.exec("INSERT INTO entries(body) VALUES('mine')"));
  a.settle();
  b.settle();
  b.pull(a);
  b.settle();
  expect(asApp(b, (db) => db.prepare("SELECT id,body,typeof(loose) FROM entries").raw().all())).toEqual([
    [1, "mine", "null"],
    [2, "two", "null"],
    [3, "one", "real"],
  ]);
  asApp(b, (db) =>
    db.exec(
      "UPDATE entries SET status='verified',score=0.5 WHERE body='one'; DELETE FROM entries WHERE body='two'",
    ),
  );
  b.settle();
  a.pull(b);
  a.settle();
  expect(
    asApp(a, (db) => db.prepare("SELECT body,status,score FROM entries ORDER BY id").raw().all()),
  ).toEqual([
    ["one", "verified", 0.5],
    ["two", "pending", null],
    ["mine", null, null],
  ]);
  expect(digest(a)).toBe(digest(b));
  expect(shown(b).size).toBe(2);
});

it("shows a row as the application changed it, where the batch that added it still waits to be shown", () => {
  const [a, b] = twoNodes();
  using _a = a;
  using _b = b;
  a.settle();
  asApp(a, (db) => db.exec("INSERT INTO entries(body,status) VALUES('one','pending')"));
  a.kill = "before-commit";
  expect(a.exchange()).toBeUndefined();
  asApp(a, (db) => db.exec("UPDATE entries SET status='verified'"));
  a.settle();
  b.pull(a);
  b.settle();
  for (const one of [a, b])
    expect(asApp(one, (db) => db.prepare("SELECT status FROM entries").pluck().all())).toEqual(["verified"]);
});

it("does not show what the application has changed since, where the outbox is cut", () => {
  const [a, b] = twoNodes();
  using _a = a;
  using _b = b;
  asApp(a, (db) => {
    const insert = db.prepare("INSERT INTO entries(body,status) VALUES('adopted','pending')");
    db.transaction(() => {
      for (let n = 0; n < 3000; n++) insert.run();
    })();
    db.exec("UPDATE crdt_outbox SET kind=4");
  });
  a.outbox = { entries: 10_000, adopted: 1200 };
  // Captures twelve hundred, and shows the first batch of them.
  a.exchange({ rows: 1, ms: 1 });
  asApp(a, (db) => db.exec("UPDATE entries SET status='verified' WHERE id=1100"));
  a.settle();
  b.pull(a);
  b.settle();
  for (const one of [a, b])
    expect(
      asApp(one, (db) => db.prepare("SELECT id FROM entries WHERE status='verified'").pluck().all()),
    ).toEqual([1100]);
});

it.each([
  ["together with its adoption", undefined],
  ["after it", { entries: 10_000, adopted: 1 }],
])("closes conflicts of what was verified after an adoption, captured %s", (_, outbox) => {
  let now = start;
  const mappings = smallMappings.map((one) =>
    one.name === "entries" ? { ...one, times: { verdict: "status" } } : one,
  );
  using a = new TestNode(1, mappings, () => ++now);
  using b = new TestNode(2, mappings, () => ++now);
  for (const [node, status] of [
    [a, "2026-03-01"],
    [b, "2026-03-09"],
  ] as const) {
    makeArchive(node, smallSchema, mappings);
    if (outbox !== undefined) node.outbox = outbox;
    asApp(node, (db) => {
      db.exec("INSERT INTO entries(body) VALUES('both'),('one'),('other')");
      db.exec("UPDATE crdt_outbox SET kind=4,token=CAST(printf('%016d',key) AS BLOB)");
      db.prepare("UPDATE entries SET status=?,score=1 WHERE body='both'").run(status);
      if (node === a) db.exec("UPDATE entries SET status='2026-03-05',score=2 WHERE body='one'");
    });
    node.settle();
  }
  for (let rounds = 0; rounds < 2; rounds++) {
    a.pull(b);
    b.pull(a);
    for (const node of [a, b]) node.settle();
  }
  for (const node of [a, b]) {
    expect(
      asApp(node, (db) => db.prepare("SELECT body,status,score FROM entries ORDER BY id").raw().all()),
    ).toEqual([
      ["both", "2026-03-09", 1],
      ["one", "2026-03-05", 2],
      ["other", null, null],
    ]);
    expect(node.state.counts()).toMatchObject({ rows: 3, conflicts: 0 });
  }
});

type Step =
  | {
      readonly do: "write" | "overtake";
      readonly node: 0 | 1;
      readonly sql: number;
      readonly pick: number;
      readonly value: number;
    }
  | { readonly do: "exchange" | "capture" | "pull" | "crash"; readonly node: 0 | 1 }
  | { readonly do: "kill"; readonly node: 0 | 1; readonly at: "before-commit" | "before-confirm" };

const writes = [
  "INSERT INTO entries(body,status) VALUES('row ' || $value,'new')",
  "INSERT INTO events(what) VALUES('event ' || $value || random())",
  "UPDATE entries SET body='edited ' || $value WHERE id=$id",
  "UPDATE entries SET status='s' || $value,score=$value WHERE id=$id",
  "UPDATE entries SET version='v' || $value",
  "UPDATE entries SET id=$id + 100 + $value WHERE id=$id",
  "REPLACE INTO entries(id,body) VALUES($id,'replaced ' || $value)",
  "DELETE FROM entries WHERE id=$id",
];

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom("write" as const, "write" as const, "write" as const, "overtake" as const),
      node: eitherNode,
      sql: fc.nat(writes.length - 1),
      pick: fc.nat(20),
      value: fc.nat(5),
    }),
  },
  { weight: 6, arbitrary: nodeStep.exchangeOrPull },
  { weight: 3, arbitrary: nodeStep.capture },
  { weight: 1, arbitrary: nodeStep.crash },
  { weight: 2, arbitrary: nodeStep.kill },
);

/** What the application does; nothing where the file is locked. */
function write(node: TestNode, { sql, pick, value }: Extract<Step, { readonly sql: number }>): void {
  asApp(node, (db) => {
    const ids = db.prepare("SELECT id FROM entries ORDER BY id").pluck().all() as number[];
    try {
      db.prepare(writes[sql]!).run({ value, id: ids[pick % Math.max(1, ids.length)] ?? 1 });
    } catch (error) {
      if (!isBusy(error) && !String(error).includes("UNIQUE")) throw error;
    }
  });
}

it("ends in the same rows on both nodes, whatever the assistants do and wherever the nodes are killed", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => {
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
          case "exchange":
            here.exchange();
            break;
          case "capture":
            here.capture();
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
      for (const one of nodes) one.settle();
      nodes[0].pull(nodes[1]);
      nodes[1].pull(nodes[0]);
      for (const one of nodes) one.settle();
      expect(digest(nodes[0])).toBe(digest(nodes[1]));
      for (const one of nodes) {
        const rows = shown(one);
        const other = nodes[one === nodes[0] ? 1 : 0];
        for (const [uid, values] of shown(other)) {
          const view = one.state.archive.view({
            table:
              values.length > 0 && one.state.row(Buffer.from(uid, "hex"))?.table === "events"
                ? "events"
                : "entries",
            uid: Buffer.from(uid, "hex"),
          });
          // Evicted here, or shown with the same values.
          if (view !== undefined) expect(rows.get(uid)).toEqual(values);
          else expect(rows.has(uid)).toBe(false);
        }
        for (const uid of rows.keys()) {
          const row = one.state.row(Buffer.from(uid, "hex"));
          expect(row, uid).toBeDefined();
          expect(uidText(row!.uid)).toBe(uid);
        }
      }
    }),
    { numRuns: Number(process.env.HISTORY_RUNS ?? 30), seed: Number(process.env.HISTORY_SEED ?? 7) },
  );
});
