import type { Hasher } from "@jarvis-crdt/batch";
import { RawText, type Uid, type Value } from "@jarvis-crdt/crdt";
import type { TableMapping } from "../mapping.ts";
import type { CapturedColumn } from "./capture-sql.ts";
import { quote } from "./name.ts";
import { type SqlValue, toSql } from "./sql-value.ts";

/** The key of a row that has none: a part of it is NULL. Such a row stays local. */
export const noKey = "";

/** Characters of a key's text; beyond, its row stays local. Keys are indexed, and every write of the row repeats them. */
export const longestKey = 4096;

const utf8 = new TextEncoder();
const exactText = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * A key that replicates: one or more columns, as one text that is equal exactly if SQLite holds the keys to be equal
 * byte by byte. Its parts in the order of the columns, separated by commas: `t` and `b` with the bytes of a TEXT or
 * BLOB in hexadecimal, `i` with an integer, `r` with a real that is none, `n` for NULL. Never looks like a number,
 * which the affinity of the columns that keep it would change.
 */
export class NaturalKey {
  readonly columns: readonly string[];
  readonly #collated: ReadonlySet<string>;

  constructor(columns: readonly string[], all: readonly CapturedColumn[]) {
    this.columns = columns;
    this.#collated = new Set(all.filter(({ isCollated }) => isCollated).map(({ name }) => name));
  }

  /** SQL of SQLite 3.40 that gives a key's text but for the form of reals; `row` is `OLD.`, `NEW.` or empty. */
  static expression(columns: readonly string[], row: string): string {
    const parts = columns.map((name) => {
      const x = row + quote(name);
      return `CASE typeof(${x})WHEN'text'THEN't'||hex(${x})WHEN'integer'THEN'i'||${x} WHEN'blob'THEN'b'||hex(${x})WHEN'real'THEN'r'||quote(${x})ELSE'n'END`;
    });
    return parts.join("||','||");
  }

  /** Whether a text is a key of this table, and not too long for one. */
  fits(key: string): boolean {
    return key !== noKey && key.length <= longestKey && key.split(",").length === this.columns.length;
  }

  /** The condition for the row with this key. */
  where(key: string): Condition {
    const values = valuesOf(key);
    const parts = this.columns.map((name, i) => {
      const column = quote(name);
      const equal = `${column}=${place(values[i]!)}`;
      return this.#collated.has(name) ? `${equal} AND ${column} COLLATE BINARY=${place(values[i]!)}` : equal;
    });
    const bindings = values.flatMap((value, i) =>
      this.#collated.has(this.columns[i]!) ? [toSql(value), toSql(value)] : [toSql(value)],
    );
    return { sql: parts.join(" AND "), bindings };
  }

  /** The condition for all rows with a whole key, or those after a key, in the order in which the table keeps them. */
  after(key: string | undefined): Condition {
    const names = this.columns.map(quote);
    const values = key === undefined ? [] : valuesOf(key);
    const conditions = names.map((name) => `${name} IS NOT NULL`);
    if (key !== undefined) conditions.unshift(`(${names.join(",")})>(${values.map(place).join(",")})`);
    return {
      sql: `${conditions.join(" AND ")} ORDER BY ${names.join(",")}`,
      bindings: values.map(toSql),
    };
  }

  /** The key of a row by its values; `noKey` where one is NULL. */
  of(values: readonly Value[]): string {
    return canonicalKey(values.map((value) => partOf(toSql(value), value instanceof RawText)).join(","));
  }

  /**
   * The uid of the row with this key, on whatever node: the first 16 bytes of hash("crdtsync/1 key\0" || table || 0 ||
   * the key's text with its parts in the order of their columns' names).
   */
  uid(hasher: Hasher, table: string, key: string): Uid {
    const parts = key.split(",");
    const byName = this.columns
      .map((name, i) => ({ name, part: parts[i]! }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const text = byName.map(({ part }) => part).join(",");
    return hasher.hash([domain, utf8.encode(`${table}\0${text}`)]).slice(0, 16);
  }
}

/** The end of a statement, and what to bind to it. */
export interface Condition {
  readonly sql: string;
  readonly bindings: readonly SqlValue[];
}

/** SQL that gives the local key of a row, of either kind. */
export function keySql({ key, keyColumns }: TableMapping, row: "OLD." | "NEW." | ""): string {
  return keyColumns === undefined ? row + quote(key) : NaturalKey.expression(keyColumns, row);
}

const domain = utf8.encode("crdtsync/1 key\0");

/** A key's text as SQL gives it, with reals in the one form that all versions of SQLite agree on. */
export function canonicalKey(text: string): string {
  if (!keyText.test(text)) return noKey;
  if (!/(^|,)[nr]/.test(text)) return text;
  const parts = text.split(",").map((part) => {
    if (!part.startsWith("r")) return part;
    const real = realOf(part.slice(1));
    // 5.0 and 5 are one key.
    return Number.isInteger(real) && -(2 ** 63) <= real && real < 2 ** 63 ? `i${BigInt(real)}` : `r${real}`;
  });
  return parts.includes("n") ? noKey : parts.join(",");
}

const keyText = /^(?:(?:[tb](?:[0-9A-F]{2})*|i-?\d{1,19}|r[-+.\deInfity]{1,32}|n)(?:,(?!$)|$))+$/;

function realOf(text: string): number {
  // Older versions write infinity in letters.
  return /^[+-]?inf/i.test(text) ? (text.startsWith("-") ? -Infinity : Infinity) : Number(text);
}

function partOf(value: SqlValue, isText: boolean): string {
  if (value === null) return "n";
  if (typeof value === "string") return `t${hex(utf8.encode(value))}`;
  if (typeof value === "bigint") return `i${value}`;
  if (typeof value === "number") return Number.isNaN(value) ? "n" : `r${value}`;
  return `${isText ? "t" : "b"}${hex(value)}`;
}

function valuesOf(key: string): Value[] {
  return key.split(",").map((part) => {
    const rest = part.slice(1);
    if (part.startsWith("i")) return BigInt.asIntN(64, BigInt(rest));
    if (part.startsWith("r")) return realOf(rest);
    const bytes = new Uint8Array(Buffer.from(rest, "hex"));
    return part.startsWith("t") ? textOf(bytes) : bytes;
  });
}

function textOf(bytes: Uint8Array): Value {
  try {
    return exactText.decode(bytes);
  } catch {
    return new RawText(bytes);
  }
}

function place(value: Value): string {
  return value instanceof RawText ? "CAST(? AS TEXT)" : "?";
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex").toUpperCase();
}
