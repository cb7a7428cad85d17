import { stampColumns } from "@jarvis-crdt/store-sqlite";

/** Each of our six columns as SQLite writes it into the text of a table that it is added to. */
const stampTexts = stampColumns.map(
  (name) => `, ${name} ${name === "crdt_logical_time" ? "INTEGER" : "TEXT"}`,
);

/** The text of a table before the six columns came; undefined where it does not have them, side by side. */
export function withoutStampColumns(sql: string): string | undefined {
  const all = stampTexts.join("");
  const at = sql.lastIndexOf(all);
  return at < 0 ? undefined : sql.slice(0, at) + sql.slice(at + all.length);
}

/** The same with the first of the six left in place. */
export function withOneStampColumn(sql: string): string | undefined {
  const at = sql.lastIndexOf(stampTexts.join(""));
  if (at < 0) return undefined;
  const end = at + stampTexts[0]!.length;
  return sql.slice(0, end) + sql.slice(at + stampTexts.join("").length);
}
