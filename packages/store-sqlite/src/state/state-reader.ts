import { nodeOf, type Uid } from "@jarvis-crdt/crdt";
import type { Database } from "better-sqlite3";
import { CellCodec, type StoredCell } from "./cell-codec.ts";
import { SqlLogs } from "./logs.ts";
import { openReadOnly } from "./open-read-only.ts";

interface Table {
  readonly id: number;
  readonly groups: readonly string[];
}

/**
 * What a state file says about rows, for checks by others than the node it belongs to. It takes no lock: a node may run
 * meanwhile, and each answer is as of the moment of its question.
 */
export class StateReader {
  readonly #db: Database;
  readonly #cell;
  readonly #evicted;
  readonly #codec: CellCodec;
  readonly #tables = new Map<string, Table | undefined>();

  /** Throws `StoreError` `wrong-file`. */
  constructor(path: string) {
    this.#db = openReadOnly(path);
    this.#cell = this.#db.prepare("SELECT log,seq,stamp,more FROM crdt_cells WHERE object=? AND key=?").raw();
    this.#evicted = this.#db.prepare("SELECT 1 FROM crdt_evicted WHERE object=? AND key=?");
    this.#codec = new CellCodec(new SqlLogs(this.#db));
  }

  /** The node whose state this is; undefined where an older version wrote it, and the node nothing. */
  get node(): string | undefined {
    const read = this.#db.prepare("SELECT value FROM crdt_meta WHERE key=?").pluck();
    const node = read.get("node");
    if (typeof node === "string") return node;
    const log = read.get("log");
    return typeof log === "string" ? nodeOf(log) : undefined;
  }

  /** The process that opened the file last; it holds it if anybody does. */
  get process(): number | undefined {
    const id = this.#db.prepare("SELECT value FROM crdt_meta WHERE key='process'").pluck().get();
    return typeof id === "number" ? id : undefined;
  }

  /** Whether the row lives, shown or hidden. */
  knows(table: string, uid: Uid): boolean {
    const found = this.#table(table);
    return found !== undefined && this.#cell.get(found.id, uid) !== undefined;
  }

  /** Whether the row lives, and was added by others than this node alone. */
  isByOthers(table: string, uid: Uid, node: string): boolean {
    const found = this.#table(table);
    const stored = found && (this.#cell.get(found.id, uid) as StoredCell | undefined);
    if (found === undefined || stored === undefined) return false;
    return this.#codec.row(stored, found.groups.length).adds.every(({ log }) => nodeOf(log) !== node);
  }

  /** Whether the row is hidden on this node. */
  isEvicted(table: string, uid: Uid): boolean {
    const found = this.#table(table);
    return found !== undefined && this.#evicted.get(found.id, uid) !== undefined;
  }

  /** Whether a group of the row holds anything but the one value that an adoption brought. */
  isWritten(table: string, uid: Uid, group: string): boolean {
    const found = this.#table(table);
    const stored = found && (this.#cell.get(found.id, uid) as StoredCell | undefined);
    if (found === undefined || stored === undefined) return false;
    const entries = this.#codec.row(stored, found.groups.length).groups[found.groups.indexOf(group)] ?? [];
    return entries.length !== 1 || entries[0]!.stamp !== "base";
  }

  close(): void {
    this.#db.close();
  }

  #table(name: string): Table | undefined {
    const known = this.#tables.get(name);
    if (known !== undefined) return known;
    const row = this.#db
      .prepare("SELECT id,groups FROM crdt_objects WHERE type='table' AND name=?")
      .get(name) as { id: number; groups: string } | undefined;
    const table = row && { id: row.id, groups: JSON.parse(row.groups) as string[] };
    this.#tables.set(name, table);
    return table;
  }
}
