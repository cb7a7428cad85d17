import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Entry, entryIndexes } from "@jarvis-crdt/fixtures";
import initialise, { type DB } from "@vlcn.io/crsqlite-wasm";
import { type Adapter, judgedColumns, type Replica, type Wire } from "../adapter.ts";

/** What a replicated table may not be without: a key that is not null, and defaults. */
const table = `CREATE TABLE archive_entries (
  id INTEGER PRIMARY KEY NOT NULL,
  timestamp TEXT NOT NULL DEFAULT '',
  data_type TEXT NOT NULL DEFAULT '',
  content TEXT NOT NULL DEFAULT '',
  source TEXT NOT NULL DEFAULT '',
  operation TEXT NOT NULL DEFAULT '',
  content_hash TEXT NOT NULL DEFAULT '',
  metadata TEXT NOT NULL DEFAULT '',
  verification_status TEXT,
  verification_score REAL,
  verification_model TEXT,
  verification_timestamp TEXT,
  verification_details TEXT,
  program_version TEXT,
  created_at TEXT
);`;

const changeColumns = '"table", pk, cid, val, col_version, db_version, site_id, cl, seq';

type Value = string | number | null | bigint | Uint8Array;

/** The archive's own table with its six indexes, in a database in memory; changes travel version by version. */
class Archive implements Replica {
  private readonly db: DB;
  private version = 0;

  constructor(db: DB) {
    this.db = db;
  }

  async insert(entries: readonly Entry[]): Promise<void> {
    const columns = Object.keys(entries[0] as Entry);
    const sql = `INSERT INTO archive_entries (${columns}) VALUES (${columns.map(() => "?")})`;
    await this.each(
      sql,
      entries.map((entry) => Object.values(entry)),
    );
  }

  async judge(entries: readonly Entry[]): Promise<void> {
    const assignments = judgedColumns.map((column) => `${column} = ?`);
    await this.each(
      `UPDATE archive_entries SET ${assignments} WHERE id = ?`,
      entries.map((entry) => [...judgedColumns.map((column) => entry[column]), entry.id]),
    );
  }

  async sendTo(other: this, wire: Wire): Promise<void> {
    const [[latest]] = (await this.db.execA("SELECT crsql_db_version()")) as [[number]];
    for (let version = other.version + 1; version <= latest; version++) {
      const changes = await this.db.execA<Value[]>(
        `SELECT ${changeColumns} FROM crsql_changes WHERE db_version = ? ORDER BY seq`,
        [version],
      );
      const received = decode(wire(encode(changes)));
      const values = changeColumns.split(",").map(() => "?");
      await other.each(`INSERT INTO crsql_changes (${changeColumns}) VALUES (${values})`, received);
      other.version = version;
    }
  }

  async entries(): Promise<Iterable<Entry>> {
    return await this.db.execO<Entry>("SELECT * FROM archive_entries");
  }

  private async each(sql: string, rows: readonly (readonly unknown[])[]): Promise<void> {
    await this.db.tx(async (tx) => {
      const statement = await tx.prepare(sql);
      for (const row of rows) await statement.run(tx, ...row);
      await statement.finalize(tx);
    });
  }
}

function encode(changes: readonly (readonly Value[])[]): Uint8Array {
  const text = JSON.stringify(changes, (_, value) => {
    if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString("base64") };
    return typeof value === "bigint" ? Number(value) : value;
  });
  return Buffer.from(text);
}

function decode(bytes: Uint8Array): Value[][] {
  return JSON.parse(Buffer.from(bytes).toString(), (_, value) =>
    typeof value?.base64 === "string" ? new Uint8Array(Buffer.from(value.base64, "base64")) : value,
  );
}

/** It fetches its program by an address, which Node does only for the web's. */
globalThis.fetch = async (address) =>
  new Response(readFileSync(fileURLToPath(String(address))), {
    headers: { "content-type": "application/wasm" },
  });

export const adapter: Adapter = {
  async open() {
    const db = await (await initialise()).open();
    await db.exec(table + entryIndexes);
    await db.exec("SELECT crsql_as_crr('archive_entries')");
    return new Archive(db);
  },
};
