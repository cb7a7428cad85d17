import { RawText, Real, sameValue, type Value } from "@jarvis-crdt/crdt";
import Sqlite from "better-sqlite3";
import { expect, it } from "vitest";
import { fromSql, type SqlValue, toSql } from "./sql-value.ts";

const db = new Sqlite(":memory:");
db.exec("CREATE TABLE t(v)");

function roundTrip(value: Value): Value {
  db.exec("DELETE FROM t");
  const place = value instanceof RawText ? "CAST(? AS TEXT)" : "?";
  db.prepare(`INSERT INTO t VALUES(${place})`).run(toSql(value));
  const [read] = db.prepare("SELECT v FROM t").raw().safeIntegers().get() as [SqlValue];
  return fromSql(read, () => db.prepare("SELECT CAST(v AS BLOB) FROM t").pluck().get() as Uint8Array);
}

it.each<[string, Value, string]>([
  ["null", null, "null"],
  ["an integer", 5, "integer"],
  ["a real that is an integer", new Real(5), "real"],
  ["2^62", 4611686018427387904n, "integer"],
  ["the smallest integer", -(2n ** 63n), "integer"],
  ["a real", 0.1, "real"],
  ["infinity", Number.POSITIVE_INFINITY, "real"],
  ["a large real", 1e300, "real"],
  ["a text with a NUL", "a\0b", "text"],
  ["an empty text", "", "text"],
  ["a real replacement character", "\ufffd", "text"],
  ["invalid UTF-8", new RawText(new Uint8Array([0xff, 0xfe, 0xc3, 0x28])), "text"],
  ["a surrogate in UTF-8", new RawText(new Uint8Array([0xed, 0xa0, 0x80])), "text"],
  ["a blob", new Uint8Array([0, 255, 254]), "blob"],
  ["an empty blob", new Uint8Array(0), "blob"],
])("keeps %s", (_name, value, type) => {
  expect(sameValue(roundTrip(value), value)).toBe(true);
  expect(db.prepare("SELECT typeof(v) FROM t").pluck().get()).toBe(type);
});

it("shows JSON values of a foreign peer as SQLite's JSON functions would", () => {
  expect(roundTrip(true)).toBe(1);
  expect(roundTrip({ a: [1, null, new Uint8Array([1])] })).toBe('{"a":[1,null,"AQ=="]}');
});
