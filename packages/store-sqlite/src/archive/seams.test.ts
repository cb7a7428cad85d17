import { expect, it } from "vitest";
import { Seams } from "./seams.ts";
import { SmallArchive } from "./testing/small-archive.ts";

/** An outbox with transactions of some entries each, of which every one was looked at. */
function setUp(...sizes: number[]) {
  const small = new SmallArchive();
  const seams = new Seams(small.app);
  const insert = small.app.prepare("INSERT INTO entries(body) VALUES ('x')");
  const write = (size: number) => {
    small.app.transaction(() => {
      for (let i = 0; i < size; i++) insert.run();
    })();
    seams.note();
  };
  for (const size of sizes) write(size);
  return { small, seams, write };
}

it("cuts a long outbox where a transaction ended, as near to the size of a part as there is one", () => {
  const { small, seams } = setUp(10, 20, 30, 40, 50);
  expect(seams.endOfPart(0, 65, 1000)).toBe(60);
  expect(seams.endOfPart(60, 65, 1000)).toBe(100);
  expect(seams.endOfPart(0, 5, 1000)).toBe(10);
  // The rest is no longer than a part.
  expect(seams.endOfPart(100, 65, 1000)).toBeUndefined();
  expect(seams.endOfPart(0, 5, 8)).toBeUndefined();
  small[Symbol.dispose]();
});

it("does not cut where rows of a part are written again later", () => {
  const { small, seams, write } = setUp(10, 10);
  expect(seams.endOfPart(0, 10, 1000)).toBe(10);
  small.app.exec("UPDATE entries SET status='x' WHERE id=15");
  seams.note();
  expect(seams.endOfPart(0, 10, 1000)).toBe(10);
  expect(seams.endOfPart(10, 10, 1000)).toBeUndefined();
  small.app.exec("UPDATE entries SET status='x' WHERE id=5");
  seams.note();
  expect(seams.endOfPart(0, 10, 1000)).toBeUndefined();
  small.app.exec("DELETE FROM crdt_outbox WHERE id<=10");
  small.app.exec("UPDATE entries SET id=1000 WHERE id=14");
  seams.note();
  write(5);
  expect(seams.endOfPart(10, 10, 1000)).toBeUndefined();
  small[Symbol.dispose]();
});

it("leaves adopted rows to their own portions", () => {
  const { small, seams } = setUp();
  const adopt = small.app.prepare("INSERT INTO crdt_outbox(kind,tbl,key) VALUES (4,1,?)");
  for (let key = 1; key <= 20; key++) {
    adopt.run(key);
    seams.note();
  }
  expect(seams.endOfPart(0, 5, 1000)).toBeUndefined();
  small[Symbol.dispose]();
});

it("knows no seam of a file that was put back", () => {
  const { small, seams, write } = setUp(10, 10);
  small.app.exec(
    "DELETE FROM crdt_outbox WHERE id>5;UPDATE sqlite_sequence SET seq=5 WHERE name='crdt_outbox'",
  );
  seams.note();
  write(30);
  expect(seams.endOfPart(0, 10, 1000)).toBe(5);
  expect(seams.endOfPart(5, 10, 1000)).toBeUndefined();
  small[Symbol.dispose]();
});
