import fc from "fast-check";
import { expect, it } from "vitest";
import { uidText } from "../uid.ts";
import { isBusy } from "./database.ts";
import { asApp } from "./testing/as-app.ts";
import { historyStep, runHistory } from "./testing/history-step.ts";
import type { TestNode } from "./testing/node.ts";
import { shownRows } from "./testing/shown-rows.ts";
import { smallMappings, smallSchema } from "./testing/small-archive.ts";
import { digestOf, exchange, twoNodes } from "./testing/two-nodes.ts";

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

interface Write {
  readonly sql: number;
  readonly pick: number;
  readonly value: number;
}

const step = historyStep<Write>(
  fc.record({ sql: fc.nat(writes.length - 1), pick: fc.nat(20), value: fc.nat(5) }),
);

/** What the application does; nothing where the file is locked. */
function write(node: TestNode, { sql, pick, value }: Write): void {
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
      using nodes = twoNodes(smallMappings, smallSchema);
      runHistory(nodes, steps, write);
      exchange(nodes[0], nodes[1]);
      expect(digestOf(nodes[0])).toBe(digestOf(nodes[1]));
      for (const one of nodes) {
        const rows = shownRows(one);
        const other = nodes[one === nodes[0] ? 1 : 0];
        for (const [uid, values] of shownRows(other)) {
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
