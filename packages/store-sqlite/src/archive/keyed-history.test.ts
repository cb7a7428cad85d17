import fc from "fast-check";
import { expect, it } from "vitest";
import { isBusy } from "./database.ts";
import { asApp } from "./testing/as-app.ts";
import { historyStep, runHistory } from "./testing/history-step.ts";
import { all, contents, keyedMappings, keyedSchema } from "./testing/keyed-archive.ts";
import type { TestNode } from "./testing/node.ts";
import { digestOf, exchange, twoNodes } from "./testing/two-nodes.ts";

const writes = [
  "INSERT INTO loans VALUES('r'||$a, $b, $b, 'new')",
  "INSERT OR REPLACE INTO loans VALUES('r'||$a, $b, 100+$b, 'replaced')",
  "INSERT INTO loans VALUES('r'||$a, $b, 7, 'upserted') ON CONFLICT DO UPDATE SET note='upserted '||$b",
  "UPDATE loans SET due=due+1 WHERE reader='r'||$a",
  "UPDATE loans SET note='note '||$b WHERE book=$b",
  "UPDATE OR REPLACE loans SET book=$b WHERE reader='r'||$a",
  "DELETE FROM loans WHERE reader='r'||$a AND book=$b",
  "DELETE FROM loans WHERE reader='r'||$a",
  "INSERT INTO tags VALUES($a, CAST($b AS TEXT))",
  "DELETE FROM tags WHERE item=$a",
  "UPDATE OR IGNORE tags SET item=item+1 WHERE tag=CAST($b AS TEXT)",
  "REPLACE INTO states(agent,workflow,data) VALUES('a'||$a,'w','by '||$b)",
  "UPDATE states SET data=data||$b WHERE agent='a'||$a",
  "UPDATE states SET id=id+100 WHERE agent='a'||$a",
  "DELETE FROM states WHERE agent='a'||$a",
  "INSERT INTO log VALUES($a + $b / 10.0, 'line')",
  "REPLACE INTO log VALUES($a, 'other line '||$b)",
];

interface Write {
  readonly sql: number;
  readonly a: number;
  readonly b: number;
}

const step = historyStep<Write>(fc.record({ sql: fc.nat(writes.length - 1), a: fc.nat(2), b: fc.nat(2) }));

/** What the application does; nothing where the file is locked. */
function write(node: TestNode, { sql, a, b }: Write): void {
  asApp(node, (db) => {
    try {
      db.prepare(writes[sql]!).run({ a: BigInt(a), b: BigInt(b) });
    } catch (error) {
      if (!isBusy(error) && !String(error).includes("UNIQUE") && !String(error).includes("Missing"))
        throw error;
    }
  });
}

it("ends in the same rows on both nodes, whatever the applications do and wherever the nodes are killed", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 50 }), (steps) => {
      using nodes = twoNodes(keyedMappings, keyedSchema);
      runHistory(nodes, steps, write);
      exchange(nodes[0], nodes[1]);
      expect(digestOf(nodes[0])).toBe(digestOf(nodes[1]));
      expect(contents(nodes[0])).toEqual(contents(nodes[1]));
      for (const one of nodes) {
        expect(one.state.counts().quarantined).toBe(0);
        expect(one.file.refused()).toEqual([]);
        const total = keyedMappings.map(({ name }) => `(SELECT count(*) FROM ${name})`).join("+");
        expect(all(one, `SELECT (SELECT count(*) FROM crdt_rows)-(${total})`)).toEqual([[0]]);
      }
    }),
    { numRuns: Number(process.env.HISTORY_RUNS ?? 30), seed: Number(process.env.HISTORY_SEED ?? 11) },
  );
});
