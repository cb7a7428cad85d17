import { expect, test } from "vitest";
import { examineHistory } from "./history.ts";

const day = 86_400_000;
const now = Date.UTC(2026, 5, 30);
const ago = (days: number) => new Date(now - days * day).toISOString();

const examined = (enabled: boolean, ...heardOf: readonly number[]) =>
  examineHistory(
    {
      collection: {
        enabled,
        lease_s: 30 * 86_400,
        waits_for: heardOf.map((days, i) => ({ node: `node ${i}`, seen_at: ago(days) })),
      },
    },
    now,
  );

test("who keeps old history is named once it was silent for half a lease, and until when", () => {
  expect(examined(true)).toMatchObject([{ code: "history", level: "good" }]);
  expect(examined(true, 14)).toMatchObject([{ code: "history", level: "good" }]);
  const [finding] = examined(true, 20, 16, 1);
  expect(finding).toMatchObject({ code: "history-held", level: "note" });
  expect(finding?.sentence).toBe(
    "Old history is kept for node node 0 (and 1 more), which was last heard of on 2026-06-10, and is waited for until 2026-07-10.",
  );
});

test("that old history stays by configuration is said, and what an older node does not say is not", () => {
  expect(examined(false, 20)).toMatchObject([{ code: "history-stays", level: "note" }]);
  expect(examineHistory({}, now)).toEqual([]);
});
