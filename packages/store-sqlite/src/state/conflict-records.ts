import type { Database } from "better-sqlite3";

/** One line of `conflict_log`: what happened, not whether it is still open. */
export interface ConflictRecord {
  readonly id: number;
  /** ISO time of this node's clock. */
  readonly at: string;
  /** The register's name, or the table's with the row's uid in hex after a slash. */
  readonly name: string;
  readonly type: string;
  readonly rule: string;
  /** Authors of the writes. */
  readonly nodes: readonly string[];
  /** What was lost, with the values that were; its shape follows from the type. */
  readonly details: unknown;
}

interface Row {
  readonly id: number;
  readonly at: string;
  readonly name: string;
  readonly type: string;
  readonly rule: string;
  readonly nodes: string;
  readonly details: string;
}

const columns =
  "id, conflict_timestamp AS at, crdt_name AS name, conflict_type AS type, resolution_strategy AS rule, involved_nodes AS nodes, resolution_details AS details";

/** The history of conflicts, for the people who look after a node. */
export class ConflictRecords {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The latest first, before a record if one is given. O(limit). */
  list(before: number | undefined, limit: number): readonly ConflictRecord[] {
    return this.#database
      .prepare<[number, number], Row>(
        `SELECT ${columns} FROM conflict_log WHERE id < ? ORDER BY id DESC LIMIT ?`,
      )
      .all(before ?? Number.MAX_SAFE_INTEGER, limit)
      .map(recordOf);
  }

  get(id: number): ConflictRecord | undefined {
    const row = this.#database
      .prepare<[number], Row>(`SELECT ${columns} FROM conflict_log WHERE id = ?`)
      .get(id);
    return row && recordOf(row);
  }
}

function recordOf({ nodes, details, ...rest }: Row): ConflictRecord {
  return { ...rest, nodes: JSON.parse(nodes) as string[], details: JSON.parse(details) as unknown };
}
