import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testCrypto } from "@jarvis-crdt/batch/testing";
import type { Schema, Uid, Value } from "@jarvis-crdt/crdt";
import type { Intent } from "@jarvis-crdt/store";
import { Random, World } from "@jarvis-crdt/store/conformance";
import Database from "better-sqlite3";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { nothingCaptured } from "./state.ts";
import { StateFile } from "./state-file.ts";

const root = mkdtempSync(join(tmpdir(), "state-file-"));
const crypto = testCrypto();
const cluster = new Uint8Array(16).fill(1);
const schema: Schema = {
  tables: [
    {
      name: "entries",
      kind: "records",
      groups: [
        { name: "verification", columns: ["status", "score"] },
        { name: "content", columns: ["text"] },
      ],
    },
    { name: "settings", kind: "map", groups: [{ name: "all", columns: ["value"] }] },
  ],
};

const open: StateFile[] = [];
const random = new Random(7);
const helper = new World({ ...crypto, keeps: false, make: () => Promise.reject(new Error("not used")) });
let folders = 0;
let now = 1_750_000_000_000;

function stateFile(node = 1, path = freshPath(), more: { schema?: Schema } = {}): StateFile {
  const file = new StateFile({
    ...crypto,
    schema,
    ...more,
    path,
    node: `0000000${node}-0000-4000-8000-000000000000`,
    cluster,
    now: () => now++,
    random: (bytes) => random.bytes(bytes),
    durability: "normal",
    machine: "test",
  });
  open.push(file);
  return file;
}

function freshPath(): string {
  const folder = join(root, String(folders++));
  mkdirSync(folder);
  return join(folder, "state.db");
}

afterEach(() => {
  for (const file of open.splice(0)) file.close();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const uid = (): Uid => random.bytes(16);
const add = (row: Uid, status: string, text: string): Intent => ({
  kind: "row.add",
  table: "entries",
  uid: row,
  hint: 5,
  values: [status, 0, text],
});
const verify = (row: Uid, status: string): Intent => ({
  kind: "row.set",
  table: "entries",
  uid: row,
  group: "verification",
  values: [status, 1],
});
const edit = (row: Uid, text: string): Intent => ({
  kind: "row.set",
  table: "entries",
  uid: row,
  group: "content",
  values: [text],
});
const remove = (row: Uid): Intent => ({ kind: "row.remove", table: "entries", uid: row });
const key = (row: Uid) => ({ table: "entries", uid: row });

/** Gives `to` what it lacks. */
function sync(from: StateFile, to: StateFile): void {
  for (const [log, { seq }] of from.frontier()) {
    const known = to.frontier().get(log)?.seq ?? 0;
    if (known >= seq) continue;
    const batches = from.read(log, known, 1e9).map((envelope) => helper.batch(envelope));
    for (const { header } of batches) {
      const bytes = from.schema(header.schema);
      if (bytes !== undefined) to.putSchema(header.schema, bytes);
    }
    to.apply(batches);
  }
}

/** One run of rule M that shows up to `maxRows`; what it showed. */
function show(file: StateFile, maxRows = 1000): readonly (readonly Value[] | undefined)[] {
  const work = file.archive.transaction(() => {
    const list = file.archive.worklist(maxRows);
    file.archive.intend(`nonce ${list.through}`, list.through);
    return list;
  });
  const shown = work.rows.map((row) => file.archive.view(row)?.values);
  file.archive.confirm();
  return shown;
}

function capture(file: StateFile, ...intents: Intent[]): void {
  const times = intents.map(() => now);
  file.archive.capture({ intents, times, entries: [{ id: now, token: random.bytes(16) }], evicted: [] });
}

function digestOf(file: StateFile): string {
  for (;;) {
    const digest = file.stepDigest();
    if (digest !== undefined) return Buffer.from(digest.digest).toString("hex");
  }
}

describe("the worklist", () => {
  test("has what came from elsewhere, once, and nothing after it was shown", () => {
    const [a, b] = [stateFile(1), stateFile(2)];
    const row = uid();
    a.commit({ intents: [add(row, "p", "x")] });
    sync(a, b);
    expect(b.archive.hasWork()).toBe(true);
    expect(show(b)).toEqual([["p", 0, "x"]]);
    expect(b.archive.hasWork()).toBe(false);
    const { stamp } = b.archive.view(key(row))!;
    a.commit({ intents: [verify(row, "ok"), edit(row, "y")] });
    sync(a, b);
    expect(b.archive.view(key(row))?.stamp).toBe(stamp);
    expect(show(b)).toEqual([["ok", 1, "y"]]);
    a.commit({ intents: [remove(row)] });
    sync(a, b);
    expect(show(b)).toEqual([undefined]);
    expect(b.archive.hasWork()).toBe(false);
  });

  test("returns whole transactions as far as the limit allows", () => {
    const file = stateFile();
    for (let i = 0; i < 3; i++) file.commit({ intents: [add(uid(), "p", "1"), add(uid(), "p", "2")] });
    expect(file.archive.worklist(5).rows.length).toBe(4);
    expect(file.archive.worklist(6).rows.length).toBe(6);
    expect(file.archive.worklist(1).rows.length).toBe(2);
    expect(show(file, 4).length).toBe(4);
    expect(show(file, 4).length).toBe(2);
    expect(file.archive.hasWork()).toBe(false);
  });

  test("slices a transaction that is larger than the limit between its batches", () => {
    const file = stateFile();
    file.commit({ intents: Array.from({ length: 2500 }, () => add(uid(), "p", "x")) });
    const sizes = [show(file, 100).length, show(file, 1400).length, show(file, 5000).length];
    expect(sizes).toEqual([1000, 1000, 500]);
    expect(file.archive.hasWork()).toBe(false);
  });

  test("names a row once, however often it changed", () => {
    const [a, b] = [stateFile(1), stateFile(2)];
    const row = uid();
    a.commit({ intents: [add(row, "p", "x")] });
    for (let i = 0; i < 5; i++) a.commit({ intents: [edit(row, `text ${i}`)] });
    sync(a, b);
    expect(show(b)).toEqual([["p", 0, "text 4"]]);
    expect(b.archive.hasWork()).toBe(false);
  });

  test("a change after the plan is not confirmed with it", () => {
    const [a, b] = [stateFile(1), stateFile(2)];
    const row = uid();
    a.commit({ intents: [add(row, "p", "x")] });
    sync(a, b);
    show(b);
    a.commit({ intents: [edit(row, "planned")] });
    sync(a, b);
    const { through } = b.archive.worklist(10);
    b.archive.intend("n", through);
    a.commit({ intents: [edit(row, "later")] });
    sync(a, b);
    b.archive.confirm();
    expect(show(b)).toEqual([["p", 0, "later"]]);
    expect(b.archive.hasWork()).toBe(false);
  });

  test("a plan that was not carried out is made again", () => {
    const [a, b] = [stateFile(1), stateFile(2)];
    const row = uid();
    a.commit({ intents: [add(row, "p", "x")] });
    sync(a, b);
    b.archive.intend("lost", b.archive.worklist(10).through);
    expect(b.archive.nonces()).toEqual({ intended: "lost", confirmed: undefined });
    b.archive.intend("second", b.archive.worklist(10).through);
    b.archive.confirm();
    expect(b.archive.nonces()).toEqual({ intended: undefined, confirmed: "second" });
    expect(b.archive.hasWork()).toBe(false);
  });

  test("outlives a restart between intention and confirmation", () => {
    const path = freshPath();
    const [a, b] = [stateFile(1), stateFile(2, path)];
    const row = uid();
    a.commit({ intents: [add(row, "p", "x")] });
    sync(a, b);
    b.archive.intend("n", b.archive.worklist(10).through);
    a.commit({ intents: [edit(row, "later")] });
    sync(a, b);
    b.abandon();
    const again = stateFile(2, path);
    expect(again.archive.nonces().intended).toBe("n");
    again.archive.confirm();
    expect(show(again)).toEqual([["p", 0, "later"]]);
  });
});

describe("a captured write", () => {
  test("counts as shown, but for the row's stamps", () => {
    const file = stateFile();
    const row = uid();
    capture(file, add(row, "p", "x"));
    expect(show(file)).toEqual([["p", 0, "x"]]);
    capture(file, verify(row, "ok"));
    expect(file.archive.hasWork()).toBe(false);
    capture(file, remove(row));
    expect(file.archive.hasWork()).toBe(false);
    expect(file.archive.view(key(row))).toBeUndefined();
  });

  test("names what the archive showed, not what came meanwhile", () => {
    const [a, b] = [stateFile(1), stateFile(2)];
    const row = uid();
    a.commit({ intents: [add(row, "p", "x")] });
    sync(a, b);
    show(b);
    a.commit({ intents: [verify(row, "from a")] });
    sync(a, b);
    capture(b, verify(row, "by hand"));
    sync(b, a);
    for (const file of [a, b]) {
      expect(file.row(row)?.conflicts).toBe(1);
      expect(file.row(row)?.values.get("status")).toBe("by hand");
    }
    expect(show(b)).toEqual([["by hand", 1, "x"]]);
    capture(b, verify(row, "settled"));
    expect(b.row(row)?.conflicts).toBe(0);
    sync(b, a);
    expect(digestOf(a)).toBe(digestOf(b));
  });

  test("after a captured write the next one names that, while the other's change still waits", () => {
    const [a, b] = [stateFile(1), stateFile(2)];
    const row = uid();
    a.commit({ intents: [add(row, "p", "x")] });
    sync(a, b);
    show(b);
    a.commit({ intents: [verify(row, "from a")] });
    sync(a, b);
    capture(b, verify(row, "first"));
    capture(b, verify(row, "second"), edit(row, "y"));
    expect(b.row(row)?.conflicts).toBe(1);
    expect(show(b)).toEqual([["second", 1, "y"]]);
  });

  test("of a row that a slice has shown names what the slice showed, although a later entry waits", () => {
    const [a, b] = [stateFile(1), stateFile(2)];
    const row = uid();
    a.commit({ intents: [add(row, "p", "x")] });
    for (let i = 0; i < 3; i++) a.commit({ intents: [add(uid(), "p", "filler")] });
    sync(a, b);
    const other = stateFile(3);
    sync(a, other);
    other.commit({ intents: [edit(row, "edited")] });
    sync(other, b);
    expect(show(b, 1)).toEqual([["p", 0, "edited"]]);
    capture(b, edit(row, "by hand"));
    expect(b.row(row)?.conflicts).toBe(0);
    while (b.archive.hasWork()) show(b);
    expect(b.archive.view(key(row))?.values).toEqual(["p", 0, "by hand"]);
  });

  test("to a row that is removed elsewhere does not revive it", () => {
    const [a, b] = [stateFile(1), stateFile(2)];
    const row = uid();
    a.commit({ intents: [add(row, "p", "x")] });
    sync(a, b);
    show(b);
    a.commit({ intents: [remove(row)] });
    sync(a, b);
    capture(b, edit(row, "late"));
    expect(show(b)).toEqual([undefined]);
    sync(b, a);
    expect(digestOf(a)).toBe(digestOf(b));
  });

  test("that inserts a row which exists unseen leaves both, and the later is shown", () => {
    const [a, b] = [stateFile(1), stateFile(2)];
    const row = uid();
    a.commit({ intents: [add(row, "from a", "a")] });
    sync(a, b);
    capture(b, add(row, "by hand", "b"));
    expect(b.row(row)?.conflicts).toBe(2);
    expect(show(b)).toEqual([["by hand", 0, "b"]]);
    capture(b, edit(row, "settled"));
    expect(b.row(row)?.conflicts).toBe(1);
  });

  test("is drained once", () => {
    const file = stateFile();
    const entries = [
      { id: 1, token: random.bytes(16) },
      { id: 2, token: random.bytes(16) },
    ];
    expect(file.archive.drained(entries).size).toBe(0);
    file.archive.capture({ ...nothingCaptured, entries: entries.slice(0, 1) });
    expect([...file.archive.drained(entries)]).toEqual([1]);
    expect(file.archive.drained([{ id: 1, token: random.bytes(16) }]).size).toBe(0);
  });

  test("rolls back with the transaction around it", () => {
    const file = stateFile();
    const row = uid();
    const entry = { id: 1, token: random.bytes(16) };
    expect(() =>
      file.archive.transaction(() => {
        file.archive.capture({ intents: [add(row, "p", "x")], times: [now], entries: [entry], evicted: [] });
        throw new Error("the archive is full");
      }),
    ).toThrow("full");
    expect(file.counts().operations).toBe(0);
    expect(file.archive.drained([entry]).size).toBe(0);
    expect(file.archive.hasWork()).toBe(false);
    capture(file, add(row, "p", "x"));
    expect(file.counts().operations).toBe(1);
    expect(file.archive.view(key(row))?.values).toEqual(["p", 0, "x"]);
  });
});

describe("an evicted row", () => {
  test("is hidden here, keeps receiving, and comes back on demand", () => {
    const [a, b] = [stateFile(1), stateFile(2)];
    const row = uid();
    a.commit({ intents: [add(row, "p", "x")] });
    sync(a, b);
    show(b);
    b.archive.capture({ ...nothingCaptured, evicted: [key(row)] });
    expect(b.archive.view(key(row))).toBeUndefined();
    expect(b.archive.hasWork()).toBe(false);
    a.commit({ intents: [edit(row, "y")] });
    sync(a, b);
    expect(show(b)).toEqual([undefined]);
    expect(digestOf(a)).toBe(digestOf(b));
    expect([b.evictions.count, b.evictions.first("entries", 10)]).toEqual([1, [key(Buffer.from(row))]]);
    expect(b.evictions.undo([key(uid()), key(row)])).toEqual([key(row)]);
    expect(b.evictions.count).toBe(0);
    expect(show(b)).toEqual([["p", 0, "y"]]);
    expect(b.evictions.undo([key(row)])).toEqual([]);
    expect(b.archive.hasWork()).toBe(false);
  });

  test("comes back when the application inserts it again", () => {
    const file = stateFile();
    const row = uid();
    const setting: Intent = { kind: "row.add", table: "settings", uid: row, hint: null, values: ["one"] };
    capture(file, setting);
    file.archive.capture({ ...nothingCaptured, evicted: [{ table: "settings", uid: row }] });
    capture(file, { ...setting, values: ["two"] });
    expect(file.archive.view({ table: "settings", uid: row })?.values).toEqual(["two"]);
  });
});

test("of a row that was shown a plan holds what has changed since", () => {
  const [a, b] = [stateFile(1), stateFile(2)];
  const row = uid();
  const { dots } = a.commit({ intents: [add(row, "p", "x")] });
  sync(a, b);
  show(b);
  a.commit({ intents: [verify(row, "ok")] });
  sync(a, b);
  const stamp = a.archive.view(key(row))?.stamp;
  expect(b.archive.change(key(row))).toEqual({
    ...key(row),
    dot: dots[0],
    stamp,
    changed: ["ok", 1, undefined],
  });
  expect(b.archive.view(key(row))?.values).toEqual(["ok", 1, "x"]);
  show(b);
  expect(b.archive.change(key(row))).toBeUndefined();
});

test("a view tells author, stamp and hint of the first live add", () => {
  const file = stateFile();
  const row = uid();
  const { dots } = file.commit({ intents: [{ ...add(row, "p", "x"), base: true } as Intent] });
  const view = file.archive.view(key(row));
  expect([view?.dot, view?.stamp, view?.hint]).toEqual([dots[0], "base", 5]);
});

test("a failed commit among others leaves no trace, also of new objects", () => {
  const file = stateFile();
  const results = file.commitAll([
    { intents: [{ kind: "counter.add", object: "a", by: 1 }] },
    {
      intents: [
        { kind: "counter.add", object: "b", by: 1 },
        { kind: "counter.add", object: "b", by: 0.5 },
      ],
    },
    { intents: [{ kind: "counter.add", object: "b", by: 2 }] },
  ]);
  expect(results.map((one) => one instanceof Error)).toEqual([false, true, false]);
  expect([file.counter("a"), file.counter("b")]).toEqual([1, 2]);
  expect(file.counts().operations).toBe(2);
});

test("a node that learns a table interprets what waited for it", () => {
  const path = freshPath();
  const a = stateFile(1);
  const b = stateFile(2, path, { schema: { tables: schema.tables.slice(1) } });
  const row = uid();
  a.commit({ intents: [add(row, "p", "x")] });
  sync(a, b);
  expect(b.counts().quarantined).toBe(1);
  b.close();
  const again = stateFile(2, path);
  expect(again.counts().quarantined).toBe(0);
  expect(show(again)).toEqual([["p", 0, "x"]]);
});

test("the plan's tables answer the plan's questions, also after a kill", () => {
  const path = freshPath();
  const other = stateFile(2);
  const killed = stateFile(1, path);
  killed.commit({
    intents: [
      { kind: "counter.add", object: "credits", by: 1000 },
      { kind: "counter.add", object: "credits", by: -10 },
      { kind: "register.set", object: "status", value: "up" },
      { kind: "register.set", object: "credits", value: { big: 2n ** 60n } },
      { kind: "set.add", object: "ids", element: Uint8Array.of(1) },
      add(uid(), "p", "x"),
    ],
  });
  killed.abandon();
  const file = stateFile(1, path);
  other.commit({ intents: [{ kind: "register.set", object: "status", value: "down" }] });
  sync(other, file);
  file.syncLog.record({ peer: other.node, at: now, sent: 6, received: 1, ms: 3 });
  file.rest();
  file.commit({ intents: [{ kind: "counter.add", object: "credits", by: 5 }] });
  file.close();
  const database = new Database(path, { readonly: true });
  const states = database
    .prepare("SELECT crdt_name, crdt_type, state_data, version FROM crdt_states ORDER BY crdt_name")
    .raw()
    .all() as [string, string, string, number][];
  const synced = database.prepare("SELECT peer_node_id, operations_received FROM sync_log").raw().all();
  const conflicts = database.prepare("SELECT crdt_name, conflict_type FROM conflict_log").raw().all();
  database.close();
  const node = "00000001-0000-4000-8000-000000000000";
  expect(states.map(([name, type, data, version]) => [name, type, JSON.parse(data), version])).toEqual([
    ["credits", "pn_counter", { value: 995, nodes: { [node]: 995 } }, 2],
    [
      "credits (register)",
      "lww_register",
      { value: { big: { $int: "1152921504606846976" } }, siblings: 1 },
      1,
    ],
    ["entries", "table", { rows: 1 }, 1],
    ["ids", "or_set", { size: 1, values: [{ $bytes: "AQ==", text: false }] }, 1],
    ["settings", "table", { rows: 0 }, 1],
    ["status", "lww_register", { value: "down", siblings: 2 }, 1],
  ]);
  expect(synced).toEqual([[other.node, 1]]);
  expect(conflicts).toEqual([["status", "concurrent-write"]]);
});

test("a plan takes large rows in portions that fit into memory", () => {
  const [a, b] = [stateFile(1), stateFile(2)];
  const fitting = "x".repeat(60_000);
  for (let i = 0; i < 40; i++)
    a.commit({ intents: Array.from({ length: 20 }, () => add(uid(), "p", fitting)) });
  sync(a, b);
  const next = () => {
    const { batches, rows, more } = b.archive.planPacked({
      nonce: "n",
      captured: nothingCaptured,
      maxRows: 5000,
      also: [],
    });
    b.archive.confirm();
    return [batches.length + rows.length, more];
  };
  expect([next(), next()]).toEqual([
    [27 * 5, true],
    [13 * 5, false],
  ]);

  const large = "x".repeat(1 << 20);
  const uids = Array.from({ length: 80 }, () => uid());
  for (const row of uids) a.commit({ intents: [add(row, "p", large)] });
  sync(a, b);
  expect([next(), next(), next()]).toEqual([
    [32, true],
    [32, true],
    [16, false],
  ]);

  for (const row of uids) a.commit({ intents: [edit(row, `${large}y`)] });
  sync(a, b);
  expect([next(), next(), next()]).toEqual([
    [32, true],
    [32, true],
    [16, false],
  ]);
  expect(b.archive.hasWork()).toBe(false);
});
