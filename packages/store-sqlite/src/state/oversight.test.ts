import { Real } from "@jarvis-crdt/crdt";
import type { Intent } from "@jarvis-crdt/store";
import { expect, test } from "vitest";
import { add, digestOf, remove, States, schema, verify } from "./testing/states.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

test("a conflict has one id everywhere, tells who wrote what, and is closed by a write that names all", () => {
  using states = new States();
  const [a, b] = [states.open(1), states.open(2)];
  const uid = states.uid();
  a.commit({ intents: [add(uid, "new", "x")] });
  states.sync(a, b);
  a.commit({ intents: [verify(uid, "good")] });
  b.commit({ intents: [verify(uid, "bad")] });
  states.sync(a, b);
  states.sync(b, a);

  const [conflict, ...others] = a.oversight.openConflicts.page(undefined, 10);
  expect(others).toEqual([]);
  expect(b.oversight.openConflicts.page(undefined, 10).map(({ id }) => hex(id))).toEqual([hex(conflict!.id)]);
  expect(conflict).toMatchObject({ object: "entries", group: "verification", rule: "last-writer-wins" });
  const siblings = a.oversight.openConflicts.siblings(conflict!);
  expect(siblings.map(({ values }) => values.get("status"))).toEqual(["bad", "good"]);
  expect(a.row(uid)!.values.get("status")).toBe("bad");

  a.oversight.settle(conflict!, 1);
  states.sync(a, b);
  for (const file of [a, b]) {
    expect(file.row(uid)!.values.get("status")).toBe("good");
    expect(file.counts().conflicts).toBe(0);
  }
  expect(digestOf(a)).toBe(digestOf(b));
  expect(() => a.oversight.settle(conflict!, 0)).toThrow("has changed meanwhile");
});

test("open conflicts come in pages, each once", () => {
  using states = new States();
  const [a, b] = [states.open(1), states.open(2)];
  const uids = Array.from({ length: 7 }, () => states.uid());
  a.commit({ intents: uids.map((uid) => add(uid, "new", "x")) });
  states.sync(a, b);
  for (const [file, status] of [[a, "good"] as const, [b, "bad"] as const])
    file.commit({ intents: uids.map((uid) => verify(uid, status)) });
  states.sync(b, a);
  const found: string[] = [];
  for (let page = a.oversight.openConflicts.page(undefined, 3); page.length > 0; ) {
    found.push(...page.map(({ uid }) => hex(uid!)));
    page = a.oversight.openConflicts.page(page.at(-1)!.place, 3);
  }
  expect(found).toEqual(uids.map(hex).sort());
});

test("a record keeps the value that was lost, and brings it back even where the row is gone", () => {
  using states = new States();
  const [a, b] = [states.open(1), states.open(2)];
  const [kept, gone] = [states.uid(), states.uid()];
  a.commit({ intents: [add(kept, "new", "x"), add(gone, "new", "y")] });
  states.sync(a, b);
  const exact = { ...verify(kept, "good"), values: ["good", new Real(5)] } as const;
  b.commit({ intents: [exact, verify(gone, "lost")] });
  a.commit({ intents: [verify(kept, "bad"), remove(gone)] });
  states.sync(b, a);
  a.oversight.settle(a.oversight.openConflicts.page(undefined, 1)[0]!, 0);
  states.sync(a, b);

  const records = a.oversight.conflictRecords.list(undefined, 10);
  const [lost, concurrent] = ["lost-write", "concurrent-write"].map(
    (type) => records.find((one) => one.type === type)!,
  );
  expect(concurrent!.details).toMatchObject({
    others: [{ values: { status: "good", score: { $real: "5" } } }],
  });
  a.oversight.restore(concurrent!, 0);
  expect(a.row(kept)!.values).toEqual(
    new Map<string, unknown>([
      ["status", "good"],
      ["score", new Real(5)],
      ["text", "x"],
    ]),
  );
  expect(() => a.oversight.restore(concurrent!, 1)).toThrow("keeps 1 values");

  expect(a.row(gone)).toBeUndefined();
  a.oversight.restore(lost!, 0);
  expect(a.row(gone)!.values).toEqual(
    new Map<string, unknown>([
      ["status", "lost"],
      ["score", 1],
      ["text", "y"],
    ]),
  );
  states.sync(a, b);
  expect(digestOf(a)).toBe(digestOf(b));
  expect(a.oversight.conflictRecords.list(records.at(-1)!.id, 10)).toEqual([]);
});

test("a value that is too large for its record is brought back from the log", () => {
  using states = new States();
  const [a, b] = [states.open(1), states.open(2)];
  const uid = states.uid();
  a.commit({ intents: [add(uid, "new", "x")] });
  states.sync(a, b);
  const long = "long ".repeat(100_000);
  a.commit({ intents: [verify(uid, long)] });
  b.commit({ intents: [verify(uid, "bad")] });
  states.sync(b, a);
  a.oversight.settle(a.oversight.openConflicts.page(undefined, 1)[0]!, 0);
  const [record] = a.oversight.conflictRecords.list(undefined, 1);
  expect(record!.details).toMatchObject({ others: [{ values: null }] });
  a.oversight.restore(record!, 0);
  expect(a.row(uid)!.values.get("status")).toBe(long);
});

test("what waits is listed with its reason; dropping hides it here, and skips nothing", () => {
  using states = new States();
  const a = states.open(1);
  let b = states.open(2, { tables: [] });
  const uids = [states.uid(), states.uid()];
  for (const uid of uids) a.commit({ intents: [add(uid, "new", "x")] });
  states.sync(a, b);

  const { quarantine } = b.oversight;
  const [first, second] = quarantine.list(undefined, 10, false);
  expect(first).toMatchObject({ first: 1, last: 1, reason: "other-schema", dropped: false });
  expect(first!.detail).toContain('no replicated table "entries"');
  expect(quarantine.list(first, 10, false)).toEqual([second]);
  expect(quarantine.list({ log: "nobody", first: 1 }, 10, false)).toEqual([]);

  expect(b.oversight.retry([])).toBe(0);
  expect(b.oversight.drop([first!, first!, { ...first!, first: 99 }], true)).toBe(1);
  expect(quarantine.list(undefined, 10, false)).toEqual([second]);
  expect(quarantine.list(undefined, 10, true)).toEqual([{ ...first, dropped: true }]);
  expect(b.counts().quarantined).toBe(1);
  // It is passed on, and interpreted by a version that can.
  const c = states.open(3);
  states.sync(b, c);
  expect(digestOf(c)).toBe(digestOf(a));
  b.close();
  b = states.open(2, schema);
  expect(digestOf(b)).toBe(digestOf(a));
  expect(b.counts().quarantined).toBe(0);
  expect(b.oversight.quarantine.list(undefined, 10, true)).toEqual([]);
});

test("what was dropped can be listed again", () => {
  using states = new States();
  const [a, b] = [states.open(1), states.open(2, { tables: [] })];
  a.commit({ intents: [add(states.uid(), "new", "x")] });
  states.sync(a, b);
  const [one] = b.oversight.quarantine.list(undefined, 1, false);
  b.oversight.drop([one!], true);
  expect(b.oversight.drop([one!], false)).toBe(1);
  expect(b.counts().quarantined).toBe(1);
});

test.each(["register", "keyed"] as const)(
  "conflicts of a %s are told and settled like those of rows",
  (type) => {
    using states = new States();
    const [a, b] = [states.open(1), states.open(2)];
    const key = ["some", "key"];
    const write = (value: string): Intent =>
      type === "register"
        ? { kind: "register.set", object: "x/y", value }
        : { kind: "keyed.set", object: "x/y", key, value };
    a.commit({ intents: [write("good")] });
    b.commit({ intents: [write("bad")] });
    states.sync(b, a);
    const [conflict] = a.oversight.openConflicts.page(undefined, 10);
    expect(conflict).toMatchObject({ type, object: "x/y", uid: undefined, group: undefined });
    expect(conflict!.key).toEqual(type === "keyed" ? key : undefined);
    a.oversight.settle(conflict!, 1);
    expect(a.counts().conflicts).toBe(0);
    const value = () =>
      a.objectCells({ type, name: "x/y" }).map((cell) => "entries" in cell && cell.entries[0]!.value);
    expect(value()).toEqual(["good"]);
    a.commit({ intents: [write("other")] });
    a.oversight.restore(a.oversight.conflictRecords.list(undefined, 1)[0]!, 0);
    expect(value()).toEqual(["good"]);
  },
);
