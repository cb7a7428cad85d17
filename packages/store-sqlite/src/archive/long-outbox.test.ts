import { expect, it } from "vitest";
import type { Exchange } from "./exchange.ts";
import { asApp } from "./testing/as-app.ts";
import { shownRows } from "./testing/shown-rows.ts";
import { SmallArchive, smallMappings, smallSchema } from "./testing/small-archive.ts";
import { digestOf, twoNodes } from "./testing/two-nodes.ts";

const outbox = { entries: 1000, adopted: 100, settled: 10 };
const insert = (rows: number) =>
  `INSERT INTO entries(body) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<${rows}) SELECT 'row '||i FROM n`;

/** Runs until nothing is to do: what each did, and how many entries were left in the outbox. */
function runs(small: SmallArchive, run: () => Exchange): (readonly [string, unknown])[] {
  const seen: (readonly [string, unknown])[] = [];
  for (;;) {
    const { outcome } = run();
    if (outcome === "idle") return seen;
    seen.push([outcome, small.app.prepare("SELECT count(*) FROM crdt_outbox").pluck().get()]);
  }
}

it("captures a long transaction whole, without the lock, and locks the file for a part of it at a time", () => {
  using small = new SmallArchive();
  const file = small.open({ outbox });
  file.exchange();
  small.app.exec(insert(35));
  expect(runs(small, () => file.exchange())).toEqual([
    ["captured", 35],
    ["done", 25],
    ["done", 15],
    ["done", 5],
    ["done", 0],
  ]);
  expect(small.state.intents).toHaveLength(35);
  expect(small.all("SELECT count(*) FROM crdt_rows")).toEqual([[35]]);
  file.close();
});

it("takes what comes meanwhile without the lock as well", () => {
  using small = new SmallArchive();
  const file = small.open({ outbox });
  file.exchange();
  small.app.exec(insert(1));
  const plan = small.state.plan.bind(small.state);
  small.state.plan = (request) => {
    small.state.plan = plan;
    const made = plan(request);
    small.app.exec(insert(20));
    return made;
  };
  expect(runs(small, () => file.exchange())).toEqual([
    ["busy", 21],
    ["captured", 21],
    ["done", 11],
    ["done", 1],
    ["done", 0],
  ]);
  expect(small.state.intents).toHaveLength(21);
  file.close();
});

it.each(["before-commit", "before-confirm"] as const)("goes on after a kill %s, at any portion", (kill) => {
  for (let at = 0; at < 4; at++) {
    const [a, b] = twoNodes(smallMappings, smallSchema);
    using _a = a;
    using _b = b;
    a.outbox = outbox;
    a.settle();
    asApp(a, (db) =>
      db.exec(`${insert(25)};UPDATE entries SET status='x' WHERE id%7=0;DELETE FROM entries WHERE id=3`),
    );
    for (let runs = 0; runs < at; runs++) a.exchange();
    a.kill = kill;
    a.exchange();
    a.kill = undefined;
    asApp(a, (db) => db.exec("UPDATE entries SET status='y' WHERE id=24"));
    a.settle();
    b.pull(a);
    b.settle();
    expect(shownRows(a).size).toBe(24);
    expect([...shownRows(b)]).toEqual([...shownRows(a)]);
    expect(digestOf(b)).toBe(digestOf(a));
  }
});

it("leaves what it reads where the thread is to end, and finds all of it the next time", () => {
  using small = new SmallArchive();
  let looks = 20;
  const file = small.open({ outbox, isEnding: () => looks-- <= 0 });
  small.app.exec(insert(35));
  expect(file.exchange()).toEqual({ outcome: "busy" });
  expect(file.capture()).toEqual({ outcome: "busy" });
  expect(small.state.intents).toEqual([]);
  looks = 1_000;
  expect(runs(small, () => file.exchange()).at(-1)).toEqual(["done", 0]);
  expect(small.state.intents).toHaveLength(35);
  file.close();
});
