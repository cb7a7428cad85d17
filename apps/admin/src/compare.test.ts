import { expect, test } from "vitest";
import { compareDigests } from "./compare.ts";

const document = (digest: string, frontier: Record<string, [number, string]>) => ({
  digest,
  rows: 0,
  cells: 0,
  frontier: Object.fromEntries(Object.entries(frontier).map(([log, [seq, batch]]) => [log, { seq, batch }])),
});

test("equal digests are equal, whatever the frontiers", () => {
  const one = document("d", { a: [1, "x"] });
  expect(compareDigests([one, one])).toEqual({ verdict: "equal", logs: [] });
  expect(compareDigests([one, document("d", {})])).toEqual({
    verdict: "equal",
    logs: [{ log: "a", seqs: [1, 0] }],
  });
});

test("different digests are behind while frontiers differ, and diverged when they do not", () => {
  const one = document("d", { a: [1, "x"], b: [2, "y"] });
  expect(compareDigests([one, one, document("e", { b: [2, "y"] })])).toEqual({
    verdict: "behind",
    logs: [{ log: "a", seqs: [1, 1, 0] }],
  });
  expect(compareDigests([one, document("e", { a: [1, "x"], b: [2, "y"] })]).verdict).toBe("diverged");
});

test("a fork, equal sequences with different batches, shows", () => {
  const logs = compareDigests([document("d", { a: [1, "x"] }), document("e", { a: [1, "z"] })]).logs;
  expect(logs).toEqual([{ log: "a", seqs: [1, 1] }]);
});
