import { expect, it } from "vitest";
import { entryKind } from "./capture-sql.ts";
import { readOutbox } from "./outbox.ts";
import { SmallArchive } from "./testing/small-archive.ts";

it("reads entries with their time and tokens of their own", () => {
  using small = new SmallArchive();
  const before = Date.now();
  small.app.exec("INSERT INTO entries(body) VALUES('a'),('b')");
  const { entries, cut } = readOutbox(small.app, { entries: 10, adopted: 10 });
  expect(cut).toBe(false);
  expect(entries.map(({ kind, key }) => [kind, key])).toEqual([
    [entryKind.insert, 1],
    [entryKind.insert, 2],
  ]);
  expect(entries[0]!.token).toHaveLength(16);
  expect(entries[0]!.token).not.toEqual(entries[1]!.token);
  expect(Math.abs(entries[0]!.time - before)).toBeLessThan(60_000);
});

it("cuts a long outbox at the longest pause", () => {
  using small = new SmallArchive();
  const insert = small.app.prepare("INSERT INTO crdt_outbox(kind,tbl,key,time) VALUES(1,1,?,?)");
  for (const [key, second] of [0, 1, 2, 50, 51, 52, 53].entries())
    insert.run(key, 2_460_000 + second / 86_400);
  const { entries, cut } = readOutbox(small.app, { entries: 5, adopted: 10 });
  expect(cut).toBe(true);
  expect(entries.map(({ key }) => key)).toEqual([0, 1, 2]);
});

it("takes adopted rows in portions, and never splits what the application did between them", () => {
  using small = new SmallArchive();
  const insert = small.app.prepare("INSERT INTO crdt_outbox(kind,tbl,key) VALUES(?,1,?)");
  for (const [key, kind] of [4, 1, 1, 4, 1, 4].entries()) insert.run(kind, key);
  const keys = (adopted: number) =>
    readOutbox(small.app, { entries: 100, adopted }).entries.map(({ key }) => key);
  expect(keys(1)).toEqual([0]);
  expect(keys(2)).toEqual([0, 1, 2, 3]);
  expect(keys(3)).toEqual([0, 1, 2, 3, 4, 5]);
});
