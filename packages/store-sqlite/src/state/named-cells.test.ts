import { compareTrees } from "@jarvis-crdt/store";
import { expect, test } from "vitest";
import { add, digestOf, States, verify } from "./testing/states.ts";

test("the rows in which two states differ are found by their digests' trees, and called by their names", async () => {
  using states = new States();
  const [a, b] = [states.open(1), states.open(2)];
  const uids = Array.from({ length: 1500 }, () => states.uid());
  a.commit({ intents: uids.map((uid) => add(uid, "new", "x")) });
  states.sync(a, b);
  const [changed, only] = [uids[700]!, states.uid()];
  a.commit({ intents: [verify(changed, "good"), { kind: "set.add", object: "tags", element: "red" }] });
  b.commit({ intents: [add(only, "new", "y")] });
  digestOf(a);
  digestOf(b);
  const { cells, exchanges } = await compareTrees(
    async (paths) => [a.oversight.digestParts(paths), b.oversight.digestParts(paths)],
    100,
  );
  expect(exchanges).toBeLessThanOrEqual(4);
  const names = cells.map(({ name }) => name);
  const known = [a, b].flatMap((file) => [...file.oversight.namedCells.find(names)].flat());
  const found = new Set(
    known.map(({ type, object, key }) => `${type} ${object} ${Buffer.from(key).toString("hex")}`),
  );
  const hex = (uid: Uint8Array) => Buffer.from(uid).toString("hex");
  expect(found.size).toBe(3);
  expect([...found].filter((one) => one.startsWith("table"))).toEqual(
    expect.arrayContaining([`table entries ${hex(changed)}`, `table entries ${hex(only)}`]),
  );
  expect([...found].some((one) => one.startsWith("set tags"))).toBe(true);
});
