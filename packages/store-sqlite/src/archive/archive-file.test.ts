import {
  closeSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { RawText, Real } from "@jarvis-crdt/crdt";
import { expect, it } from "vitest";
import { StateBusy } from "../state/state.ts";
import { openArchiveDatabase } from "./database.ts";
import { ArchiveError } from "./error.ts";
import type { Exchange } from "./exchange.ts";
import {
  peerLog,
  peerRow,
  SmallArchive,
  smallMappings,
  smallSchema,
  uidOf,
} from "./testing/small-archive.ts";

const invalid = new RawText(new Uint8Array([0xff, 0xc3, 0x28]));

function done(exchange: Exchange): Extract<Exchange, { outcome: "done" }> {
  expect(exchange.outcome).toBe("done");
  return exchange as Extract<Exchange, { outcome: "done" }>;
}

it("captures what the application wrote, exactly, and stamps it", () => {
  using small = new SmallArchive();
  const file = small.open();
  expect(file.exchange()).toMatchObject({ outcome: "done", drained: 0, shown: 0 });
  expect(file.exchange()).toEqual({ outcome: "idle" });

  small.app.exec(`INSERT INTO entries(body,loose,status,score,version) VALUES('counted',5.0,'pending',0.5,'0.2');
    INSERT INTO entries(body,loose) VALUES(CAST(x'ffc328' AS TEXT),4611686018427387904);
    INSERT INTO queue(entry) VALUES(1)`);
  const result = done(file.exchange());
  expect(result).toMatchObject({ drained: 2, captured: 2, evicted: 0, shown: 2, refused: 0, more: false });
  expect(small.state.intents).toMatchObject([
    { kind: "row.add", table: "entries", hint: 1, values: ["counted", new Real(5), 0.5, "pending", "0.2"] },
    { kind: "row.add", table: "entries", hint: 2, values: [invalid, 4611686018427387904n, null, null, null] },
  ]);
  expect(small.all("SELECT count(*) FROM crdt_outbox")).toEqual([[0]]);
  expect(small.all("SELECT crdt_type,crdt_node_id,crdt_metadata FROM entries")).toEqual([
    ["g_counter", "00000000-0000-4000-8000-00000000000a", "{}"],
    ["lww_register", "00000000-0000-4000-8000-00000000000a", "{}"],
  ]);
  expect(
    small.all("SELECT e.crdt_operation_id=lower(hex(r.uid)) FROM entries e JOIN crdt_rows r ON r.key=e.id"),
  ).toEqual([[1], [1]]);
  expect(
    JSON.parse((small.all("SELECT crdt_vector_clock FROM entries WHERE id=2") as [[string]])[0][0]),
  ).toEqual({
    node: "00000000-0000-4000-8000-00000000000a",
    incarnation: "0000000000000001",
    seq: 2,
  });
  expect(file.exchange()).toEqual({ outcome: "idle" });
  file.close();
});

it("captures only groups that replicate and changed", () => {
  using small = new SmallArchive();
  small.app.exec("INSERT INTO entries(body,status,score) VALUES('a','x',1)");
  const file = small.open();
  file.exchange();
  small.state.intents.length = 0;

  small.app.exec("UPDATE entries SET version='9'");
  expect(small.all("SELECT count(*) FROM crdt_outbox")).toEqual([[0]]);
  small.app.exec("UPDATE entries SET status='x',score=1.0,body='a'");
  done(file.exchange());
  expect(small.state.intents).toEqual([]);
  small.app.exec("UPDATE entries SET status='y',score=1");
  done(file.exchange());
  expect(small.state.intents).toMatchObject([
    { kind: "row.set", group: "verdict", values: [new Real(1), "y"] },
  ]);
  file.close();
});

it("sees a change of type and of letter case", () => {
  using small = new SmallArchive(
    smallMappings,
    smallSchema.replace("body TEXT NOT NULL", "body TEXT NOT NULL COLLATE NOCASE"),
  );
  small.app.exec("INSERT INTO entries(body,loose) VALUES('a',5)");
  const file = small.open();
  file.exchange();
  small.app.exec("UPDATE entries SET loose=5.0");
  expect(done(file.exchange()).captured).toBe(1);
  small.app.exec("UPDATE entries SET body='A'");
  expect(done(file.exchange()).captured).toBe(1);
  file.close();
});

it("takes deletion as hiding on this node, or as removal where the mapping says so", () => {
  using small = new SmallArchive(smallMappings.map((one) => ({ ...one, deletes: "replicate" as const })));
  small.app.exec("INSERT INTO entries(body) VALUES('a'); INSERT INTO events(what) VALUES('b')");
  const file = small.open();
  file.exchange();
  small.state.intents.length = 0;
  small.app.exec("DELETE FROM entries; DELETE FROM events");
  expect(done(file.exchange())).toMatchObject({ captured: 1, evicted: 1 });
  expect(small.state.intents).toMatchObject([{ kind: "row.remove", table: "entries" }]);
  expect(small.all("SELECT count(*) FROM crdt_rows")).toEqual([[0]]);
  file.close();
});

it("follows REPLACE, a changed key and a row that a UNIQUE constraint replaced elsewhere", () => {
  using small = new SmallArchive();
  small.app.exec("INSERT INTO entries(body) VALUES('a'),('b'); INSERT INTO events(what) VALUES('e')");
  const file = small.open();
  file.exchange();
  const before = small.all("SELECT hex(uid) FROM crdt_rows WHERE tbl=1 ORDER BY key");

  small.app.exec("UPDATE entries SET id=50 WHERE id=1; REPLACE INTO entries(id,body) VALUES(2,'c')");
  small.app.exec("REPLACE INTO events(id,what) VALUES(9,'e')");
  expect(done(file.exchange())).toMatchObject({ evicted: 2 });
  const after = small.all("SELECT key,hex(uid) FROM crdt_rows WHERE tbl=1 ORDER BY key") as [
    number,
    string,
  ][];
  expect(after.map(([key]) => key)).toEqual([2, 50]);
  expect(after[1]![1]).toBe((before[0] as [string])[0]);
  expect(after[0]![1]).not.toBe((before[1] as [string])[0]);
  expect(small.all("SELECT body,crdt_operation_id FROM entries WHERE id=2")).toEqual([
    ["c", after[0]![1].toLowerCase()],
  ]);
  file.close();
});

it("sees at once which rows a REPLACE deletes through a UNIQUE value, and which it does not", () => {
  using small = new SmallArchive();
  const file = small.open();
  small.app.exec("INSERT INTO events(id,what) VALUES(1,'a'),(2,'b'),(3,'c'),(4,'d')");
  file.exchange();
  small.app.exec("REPLACE INTO events(what) VALUES('a'); UPDATE OR REPLACE events SET what='b' WHERE id=3");
  small.app.exec("INSERT OR IGNORE INTO events(what) VALUES('d')");
  small.app.exec("INSERT INTO events(id,what) VALUES(9,'x'); REPLACE INTO events(id,what) VALUES(10,'x')");
  expect(done(file.exchange())).toMatchObject({ captured: 2, evicted: 2 });
  expect(small.all("SELECT key FROM crdt_rows WHERE tbl=2 ORDER BY 1")).toEqual([[3], [4], [5], [10]]);
  expect(() => small.app.exec("INSERT INTO events(what) VALUES('d')")).toThrow("UNIQUE");
  expect(file.exchange()).toEqual({ outcome: "idle" });
  file.close();
});

it("shows what peers wrote under their keys where free, exactly, without capturing it", () => {
  using small = new SmallArchive();
  small.app.exec("INSERT INTO entries(body) VALUES('mine')");
  const file = small.open();
  file.exchange();
  small.state.intents.length = 0;

  small.state.receive(peerRow(1, ["theirs", new Real(5), 0.5, "ok", "0.2"]));
  small.state.receive(peerRow(70, [invalid, 2n ** 62n, null, null, null]));
  small.state.receive(peerRow(71, ["x", new Uint8Array(0), null, "5", null], { hint: null, stamp: "base" }));
  expect(done(file.exchange())).toMatchObject({ captured: 0, shown: 3, refused: 0 });
  expect(
    small.all("SELECT id,hex(body),typeof(body),quote(loose),score,quote(status) FROM entries ORDER BY id"),
  ).toEqual([
    [1, "6D696E65", "text", "NULL", null, "NULL"],
    [70, "FFC328", "text", "4611686018427387904", null, "NULL"],
    [71, "746865697273", "text", "5.0", 0.5, "'ok'"],
    [72, "78", "text", "X''", null, "'5'"],
  ]);
  expect(small.all("SELECT crdt_node_id,crdt_logical_time,crdt_metadata FROM entries WHERE id=72")).toEqual([
    ["00000000-0000-4000-8000-00000000000b", 0, '{"adopted":true}'],
  ]);
  expect(file.keyOf("entries", uidOf(1))).toBe(71);
  expect(file.exchange()).toEqual({ outcome: "idle" });
  expect(small.state.intents).toEqual([]);
  file.close();
});

it("updates groups that differ, leaves what stays local, and deletes what is gone", () => {
  using small = new SmallArchive();
  const file = small.open();
  small.state.receive(peerRow(1, ["a", null, 1.5, "x", "0.1"]));
  small.state.receive(peerRow(2, ["b", null, 1.5, "x", "0.1"]));
  file.exchange();
  small.app.exec("UPDATE entries SET version='0.2'");
  small.state.receive(peerRow(1, ["a", null, 2.5, "y", "0.1"]));
  small.state.removeRemotely(peerRow(2, []));
  expect(done(file.exchange())).toMatchObject({ shown: 2, captured: 0 });
  expect(small.all("SELECT id,body,score,status,version FROM entries")).toEqual([[1, "a", 2.5, "y", "0.2"]]);
  expect(file.keyOf("entries", uidOf(2))).toBeUndefined();
  file.close();
});

it("skips a row that a constraint refuses, shows the others, and retries it alone", () => {
  using small = new SmallArchive();
  const file = small.open();
  small.state.receive(peerRow(1, [null, null, null, null, null]));
  small.state.receive(peerRow(2, ["fine", null, null, null, null]));
  expect(done(file.exchange())).toMatchObject({ shown: 1, refused: 1, more: false });
  expect(file.refused()).toMatchObject([
    { table: "entries", uid: Buffer.from(uidOf(1)), tries: 1, reason: expect.stringContaining("NOT NULL") },
  ]);
  expect(file.exchange()).toEqual({ outcome: "idle" });

  small.now += 1_000;
  expect(done(file.exchange())).toMatchObject({ shown: 0, refused: 1 });
  expect(file.exchange()).toEqual({ outcome: "idle" });
  small.state.rows.set([...small.state.rows.keys()][0]!, peerRow(1, ["now fine", null, null, null, null]));
  small.now += 2_000;
  expect(done(file.exchange())).toMatchObject({ shown: 1, refused: 0 });
  expect(file.refused()).toEqual([]);
  file.close();
});

it("gives way to another writer", () => {
  using small = new SmallArchive();
  const file = small.open();
  small.state.receive(peerRow(1, ["a", null, null, null, null]));
  small.app.exec("BEGIN IMMEDIATE");
  expect(file.exchange()).toEqual({ outcome: "busy" });
  small.app.exec("COMMIT");
  expect(done(file.exchange()).shown).toBe(1);
  file.close();
});

it("does a lost end again without doubling anything", () => {
  using small = new SmallArchive();
  const first = small.open();
  small.app.exec("INSERT INTO entries(body) VALUES('a')");
  small.state.receive(peerRow(9, ["b", null, null, null, null]));
  // Another program reads in journal mode delete: the state commits, the archive cannot.
  const reader = small.app.prepare("SELECT id FROM entries UNION ALL SELECT 0").iterate();
  reader.next();
  expect(first.exchange()).toEqual({ outcome: "busy" });
  reader.return?.();
  expect(small.state.intents).toHaveLength(1);
  expect(small.all("SELECT count(*) FROM crdt_outbox")).toEqual([[1]]);
  first.close();

  small.app.exec("UPDATE entries SET body='a2' WHERE id=1");
  const second = small.open();
  expect(done(second.exchange())).toMatchObject({ drained: 1, captured: 1, shown: 2 });
  expect(small.state.intents).toMatchObject([{ kind: "row.add" }, { kind: "row.set", group: "content" }]);
  expect(small.all("SELECT id,body FROM entries")).toEqual([
    [1, "a2"],
    [9, "b"],
  ]);
  expect(small.all("SELECT count(*) FROM crdt_rows")).toEqual([[2]]);
  second.close();
});

it("confirms a plan whose confirmation was lost", () => {
  using small = new SmallArchive();
  const first = small.open();
  small.state.receive(peerRow(1, ["a", null, null, null, null]));
  small.state.onConfirm = () => {
    throw new Error("killed");
  };
  expect(() => first.exchange()).toThrow("killed");
  first.close();
  small.state.onConfirm = undefined;
  const second = small.open();
  expect(second.exchange()).toEqual({ outcome: "idle" });
  expect(small.state.hasWork()).toBe(false);
  expect(small.all("SELECT count(*) FROM entries")).toEqual([[1]]);
  second.close();
});

it("refuses what is no archive, and an archive that was never adopted", () => {
  using small = new SmallArchive();
  const code = (open: () => unknown): string | undefined => {
    try {
      open();
    } catch (error) {
      return error instanceof ArchiveError ? error.code : String(error);
    }
    return undefined;
  };
  const other = `${small.path}.other`;
  const legacy = openArchiveDatabase(other, { create: true });
  legacy.exec("CREATE TABLE entries(id INTEGER PRIMARY KEY, body TEXT)");
  legacy.close();
  expect(code(() => small.open({ path: other }))).toBe("not-adopted");
  writeFileSync(other, "not a database, but long enough to be read as the header of one".repeat(20));
  expect(code(() => small.open({ path: other }))).toBe("not-sqlite");
  expect(code(() => small.open({ path: `${small.folder}/none` }))).toBe("missing");
});

it("refuses another node's archive until it may take it over, and leaves it as it is", () => {
  using small = new SmallArchive();
  small.app.exec("UPDATE crdt_marker SET node='00000000-0000-4000-8000-00000000000c'");
  small.app.exec("INSERT INTO entries(body) VALUES('theirs')");
  const file = small.open();
  expect(() => file.exchange()).toThrow(expect.objectContaining({ code: "foreign" }));
  expect(small.all("SELECT count(*) FROM crdt_outbox")).toEqual([[1]]);
  file.close();
});

it("notices that its path leads to another file", async () => {
  using small = new SmallArchive();
  const file = small.open();
  const old = `${small.path}.old`;
  await small.app.backup(old);
  file.exchange();
  renameSync(old, small.path);
  expect(() => file.exchange()).toThrow(expect.objectContaining({ code: "replaced" }));
  file.close();
});

it("follows a column that the application adds while it runs", () => {
  const [entries, events] = smallMappings;
  const groups = [...entries!.groups.slice(0, 2), { name: "version", columns: ["later"] }];
  using small = new SmallArchive([{ ...entries!, groups }, events!]);
  const file = small.open();
  small.app.exec("INSERT INTO entries(body) VALUES('a')");
  file.exchange();
  small.app.exec("ALTER TABLE entries ADD COLUMN later TEXT DEFAULT 'unknown'");
  small.app.exec("INSERT INTO entries(body,later) VALUES('b','0.3')");
  file.exchange();
  expect(small.state.intents.map((intent) => "values" in intent && intent.values.at(-1))).toEqual([
    null,
    "0.3",
  ]);
  file.close();
});

it("shows many rows with the triggers away for the time of the transaction, and back in it", () => {
  using small = new SmallArchive();
  const triggers = () => small.all("SELECT sql FROM sqlite_schema WHERE type='trigger' ORDER BY name");
  const before = triggers();
  const file = small.open();
  for (let n = 1; n <= 700; n++) small.state.receive(peerRow(n, [`row ${n}`, null, null, null, null]));
  const first = done(file.exchange({ rows: 300, ms: 1_000 }));
  expect(first).toMatchObject({ shown: 300, more: true });
  expect(triggers()).toEqual(before);
  while (file.exchange().outcome === "done");
  expect(small.all("SELECT count(*),min(id),max(id) FROM entries")).toEqual([[700, 1, 700]]);
  small.app.exec("INSERT INTO entries(body) VALUES('captured')");
  expect(done(file.exchange()).captured).toBe(1);
  expect(peerLog).not.toBe(small.state.log);
  file.close();
});

it("leaves a row alone that no operation can carry, and says so", () => {
  using small = new SmallArchive();
  const file = small.open();
  small.app.exec("INSERT INTO entries(body) VALUES(hex(zeroblob(35000000))),('b')");
  expect(done(file.exchange())).toMatchObject({
    captured: 1,
    unreplicable: [{ table: "entries", key: 1, bytes: 70_000_000 }],
  });
  small.app.exec("UPDATE entries SET status='x'");
  expect(done(file.exchange())).toMatchObject({ captured: 1, unknown: 1 });
  expect(small.all("SELECT id,length(body) FROM entries")).toEqual([
    [1, 70_000_000],
    [2, 1],
  ]);
  file.close();
});

it("drains large rows in portions, however many there are", () => {
  using small = new SmallArchive();
  const file = small.open();
  small.app.exec("INSERT INTO entries(body) VALUES('a'),(zeroblob(30000000)),(zeroblob(30000000)),('b')");
  small.app.exec(
    "INSERT INTO entries(body) VALUES(zeroblob(30000000));UPDATE entries SET status='x' WHERE id<3",
  );
  expect(done(file.exchange())).toMatchObject({ drained: 6, isSplit: true, more: true, shown: 0 });
  expect(done(file.exchange())).toMatchObject({ drained: 1, captured: 1, isSplit: false });
  expect(small.all("SELECT count(*) FROM crdt_rows")).toEqual([[5]]);
  file.close();
});

/** A burst of transactions that insert two rows each, between which somebody looked. */
function burst(small: SmallArchive, look: () => void, transactions: number): void {
  for (let n = 0; n < transactions; n++) {
    small.app.exec("INSERT INTO entries(body) VALUES('x'),('y')");
    look();
  }
}

it("captures a long outbox in parts that end where transactions do, and shows nothing before the last", () => {
  using small = new SmallArchive();
  const file = small.open({ outbox: { entries: 1000, adopted: 100, part: 5 } });
  file.exchange();
  small.state.receive(peerRow(99, ["of a peer", null, null, null, null]));
  burst(small, () => file.look(), 5);
  const part = { drained: 4, captured: 4, isSplit: false, more: true, shown: 0 };
  expect(done(file.exchange())).toMatchObject(part);
  expect(done(file.exchange())).toMatchObject(part);
  expect(done(file.exchange())).toMatchObject({ drained: 2, captured: 2, shown: 11 });
  expect(small.all("SELECT count(*) FROM crdt_rows")).toEqual([[11]]);
  file.close();
});

it("captures no further part under the lock, where the application was faster", () => {
  using small = new SmallArchive();
  const file = small.open({ outbox: { entries: 1000, adopted: 100, part: 5 } });
  file.exchange();
  burst(small, () => file.look(), 5);
  const plan = small.state.plan.bind(small.state);
  small.state.plan = (request) => {
    small.state.plan = plan;
    const made = plan(request);
    small.app.exec("INSERT INTO entries(body) VALUES('meanwhile')");
    return made;
  };
  expect(done(file.exchange())).toMatchObject({ drained: 4, captured: 4, more: true });
  expect(small.all("SELECT count(*) FROM crdt_outbox")).toEqual([[7]]);
  while (file.exchange().outcome !== "idle");
  expect(small.state.intents.filter(({ kind }) => kind === "row.add")).toHaveLength(11);
  file.close();
});

it("captures a part once where it is captured without the lock before", () => {
  using small = new SmallArchive();
  const file = small.open({ outbox: { entries: 1000, adopted: 100, part: 5 } });
  file.exchange();
  burst(small, () => file.look(), 5);
  expect(file.capture()).toMatchObject({ outcome: "captured", captured: 4 });
  expect(file.capture()).toMatchObject({ outcome: "captured", captured: 4 });
  expect(done(file.exchange())).toMatchObject({ drained: 2, captured: 2, more: false });
  expect(small.state.intents.filter(({ kind }) => kind === "row.add")).toHaveLength(10);
  file.close();
});

it("gives the file back where the state does not answer in time, and waits longer the next time", () => {
  using small = new SmallArchive();
  const file = small.open();
  file.exchange();
  small.app.exec("INSERT INTO entries(body) VALUES('a')");
  const waits: number[] = [];
  small.state.within = (ms) => {
    waits.push(ms);
    throw new StateBusy();
  };
  expect([file.exchange(), file.exchange()]).toEqual([{ outcome: "busy" }, { outcome: "busy" }]);
  expect(waits).toEqual([2_000, 4_000]);
  small.app.exec("INSERT INTO entries(body) VALUES('b')");
  small.state.within = (ms, body) => {
    waits.push(ms);
    return body();
  };
  expect(done(file.exchange())).toMatchObject({ captured: 2, shown: 2 });
  small.app.exec("INSERT INTO entries(body) VALUES('c')");
  file.exchange();
  expect(waits).toEqual([2_000, 4_000, 8_000, 2_000]);
  expect(small.state.intents).toHaveLength(3);
  file.close();
});

it("sees the end of a copy that it looked at while it was being put over the file", () => {
  using small = new SmallArchive();
  const file = small.open();
  const run = (): Exchange[] => {
    const exchanges: Exchange[] = [];
    for (;;) {
      const exchange = file.exchange();
      if (exchange.outcome === "idle") return exchanges;
      exchanges.push(exchange);
    }
  };
  small.app.exec("INSERT INTO entries(body) VALUES('before')");
  run();
  const older = readFileSync(small.path);
  small.app.exec("INSERT INTO entries(body) VALUES('after')");
  run();
  small.app.close();
  const size = 4096;
  const db = openArchiveDatabase(small.path);
  const page = db
    .prepare("SELECT rootpage FROM sqlite_schema WHERE name='crdt_marker'")
    .pluck()
    .get() as number;
  db.close();
  // Page by page and without any lock, as cp does it; the marker comes last.
  const fd = openSync(small.path, "r+");
  for (let at = 0; at < older.length; at += size)
    if (at !== (page - 1) * size) writeSync(fd, older, at, size, at);
  const times = statSync(small.path);
  file.capture();
  expect(run()).toEqual([]);
  writeSync(fd, older, (page - 1) * size, size, (page - 1) * size);
  closeSync(fd);
  // At once, within one tick of the file system's clock.
  const { atime, mtime } = times;
  utimesSync(small.path, atime, mtime);
  expect(run).toThrow("reconciled");
  file.close();
});
