import { encodeOperation, openRowAdd, RawText, Real, type Value } from "@jarvis-crdt/crdt";
import Database from "better-sqlite3";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { RowView } from "../state/state.ts";
import { PackedRow } from "../thread/packed-row.ts";
import { installCapture } from "./capture.ts";
import type { ArchiveDatabase } from "./database.ts";
import { RowWriter } from "./row-writer.ts";
import { describeTable } from "./table.ts";
import { peerLog, smallMappings, smallSchema } from "./testing/small-archive.ts";

const otherLog = peerLog.replaceAll("b", "c");
const mapping = smallMappings[0]!;

/** Twice the same archive, of this encoding. */
function pair(encoding: string) {
  return [1, 2].map(() => {
    const db: ArchiveDatabase = new Database(":memory:");
    db.pragma(`encoding = '${encoding}'`);
    db.exec(smallSchema.replace("status TEXT", "status TEXT NOT NULL DEFAULT 'new'"));
    installCapture(db, [mapping]);
    return { db, writer: new RowWriter(db, describeTable(db, mapping, 1)) };
  });
}

function contents(db: ArchiveDatabase): unknown[] {
  const columns = db.prepare("SELECT name FROM pragma_table_xinfo('entries')").pluck().all() as string[];
  const exact = columns.map((name) => `typeof(${name}),hex(CAST(${name} AS BLOB))`);
  return db.prepare(`SELECT ${exact} FROM entries ORDER BY id`).raw().all();
}

const scalar: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom<Value>(null, "", "a\0b", "counted", "\u{1f4a9}é", 2n ** 62n, -5, 0.5, -0, new Real(5)),
  fc.string({ unit: "grapheme" }),
  fc.integer(),
  fc.constantFrom<Value>(new Uint8Array(0), Uint8Array.of(0, 255), new RawText(Uint8Array.of(0xff))),
);

const row = fc.record({
  log: fc.constantFrom(peerLog, otherLog),
  base: fc.boolean(),
  // The body must be there; version is one more column of another group.
  values: fc.tuple(
    scalar.map((value) => value ?? "body"),
    scalar,
    scalar,
    scalar,
    scalar,
  ),
});

it.each(["UTF-8", "UTF-16le"])("inserts what a decoded row would be, in a file of %s", (encoding) => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 12 }), (rows) => {
      const [slots, whole] = pair(encoding);
      for (const [i, { log, base, values }] of rows.entries()) {
        const add = { stamp: base ? ("base" as const) : 100 + i, table: 0, hint: i + 1, values };
        const uid = new Uint8Array(16).fill(i);
        const context = { log, hlcMin: 100 };
        const bytes = encodeOperation({ kind: "row.add", uid, ...add }, context);
        const dot = { log, seq: i + 1 };
        const packed = new PackedRow("entries", dot, openRowAdd(bytes, context)!);
        const view: RowView = { ...add, uid, table: "entries", dot };
        expect(packed.values).toEqual(values);
        expect(slots!.writer.insert(i + 1, packed)).toEqual(whole!.writer.insert(i + 1, view));
      }
      expect(contents(slots!.db)).toEqual(contents(whole!.db));
    }),
    { numRuns: 60, seed: 7 },
  );
});
