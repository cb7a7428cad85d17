import { entryIndexes, insertEntry, tables } from "@jarvis-crdt/fixtures";
import Database from "better-sqlite3";
import { benchEntries } from "./changes.ts";

/** What a measurement wrote and how long that took. */
export interface Timed {
  readonly rows: number;
  readonly ms: number;
}

const naively = 1000;
const atLeisure = 5000;

/** A new archive as the yardsticks want it: WAL, synchronous NORMAL, the six indexes of the entries. */
function openNew(path: string): Database.Database {
  const db = new Database(path);
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = NORMAL");
  db.exec(tables + entryIndexes);
  return db;
}

/** Y1: an INSERT for each row, 1000 rows in a transaction. Making the rows is not measured. */
export function insertNaively(path: string, rows: number, seed: number): Timed {
  return insertInto(openNew(path), rows, seed, naively);
}

/** The same by who knows SQLite: 5000 rows in a transaction, a larger cache, rare checkpoints. */
export function insertRaw(path: string, rows: number, seed: number): Timed {
  const db = openNew(path);
  db.pragma("cache_size = -65536");
  db.pragma("wal_autocheckpoint = 65536");
  return insertInto(db, rows, seed, atLeisure);
}

function insertInto(db: Database.Database, rows: number, seed: number, perTransaction: number): Timed {
  try {
    const started = performance.now();
    let making = 0;
    for (const ms of insertEntries(db, benchEntries(seed, rows), perTransaction)) making += ms;
    return { rows, ms: performance.now() - started - making };
  } finally {
    db.close();
  }
}

/** Inserts entries, 1000 in a transaction unless told otherwise, and yields after each how many milliseconds went into making its rows. */
export function* insertEntries(
  db: Database.Database,
  entries: IteratorObject<object>,
  perTransaction = naively,
): Generator<number> {
  const insert = db.prepare(insertEntry);
  const write = db.transaction((chunk: readonly object[]) => {
    for (const row of chunk) insert.run(row);
  });
  for (;;) {
    const started = performance.now();
    const chunk: object[] = [];
    while (chunk.length < perTransaction) {
      const { value, done } = entries.next();
      if (done) break;
      chunk.push(value);
    }
    if (chunk.length === 0) return;
    const making = performance.now() - started;
    write(chunk);
    yield making;
  }
}

/** Y2: the same rows by one INSERT … SELECT from an attached file, in one transaction. */
export function copyAttached(path: string, source: string): Timed {
  const db = openNew(path);
  try {
    db.prepare("ATTACH ? AS source").run(source);
    const started = performance.now();
    const { changes } = db
      .prepare("INSERT INTO main.archive_entries SELECT * FROM source.archive_entries")
      .run();
    return { rows: changes, ms: performance.now() - started };
  } finally {
    db.close();
  }
}
