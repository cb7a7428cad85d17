import { compareDots, type Uid } from "@jarvis-crdt/crdt";
import type { RowView, State } from "../state/state.ts";
import type { Access } from "./access.ts";
import type { ArchiveDatabase } from "./database.ts";
import type { HiddenRows } from "./hidden.ts";
import type { Identities } from "./identities.ts";
import { type LocalKey, readKey } from "./local-key.ts";
import { quote } from "./name.ts";
import { keySql } from "./natural-key.ts";

/** Who holds what a row wants to have, which may be there only once. */
interface Holder {
  readonly key: LocalKey;
  readonly uid: Uid;
}

/**
 * Decides between rows of which the file accepts only one, because of a UNIQUE index of its owner. The row that was
 * added first is shown, by (time, dot) and so on every node alike; the others are hidden until it changes or goes.
 */
export class Contest {
  readonly #db: ArchiveDatabase;
  readonly #identities: Identities;
  readonly #hidden: HiddenRows;
  readonly #state: Pick<State, "look">;

  constructor(db: ArchiveDatabase, identities: Identities, hidden: HiddenRows, state: Pick<State, "look">) {
    this.#db = db;
    this.#identities = identities;
    this.#hidden = hidden;
    this.#state = state;
  }

  /**
   * `replace` writes the row in place of all that hold its values. It stays written if the row came before each of them.
   * "unknown": a holder is no row that replicates, so nobody can say who came first; nothing happened.
   */
  decide(access: Access, view: RowView, replace: () => void): "won" | "lost" | "unknown" {
    const { table } = access;
    this.#db.exec("SAVEPOINT crdt_contest");
    const holders = this.#replaced(access, replace);
    const known = holders.flatMap(({ key, uid }) => (uid === undefined ? [] : [{ key, uid }]));
    const best = known.length === holders.length ? this.#best(table.mapping.name, known) : undefined;
    const outcome =
      known.length < holders.length ? "unknown" : best !== undefined && isBefore(best, view) ? "lost" : "won";
    if (outcome !== "won") this.#db.exec("ROLLBACK TO crdt_contest");
    this.#db.exec("RELEASE crdt_contest");
    if (outcome === "lost") this.#hidden.add(table.id, view.uid, best!.uid);
    if (outcome === "won") this.#displace(table.id, known, view.uid);
    return outcome;
  }

  #displace(table: number, holders: readonly Holder[], by: Uid): void {
    this.#hidden.remove(table, by);
    for (const { key, uid } of holders) {
      this.#identities.remove(table, key);
      this.#hidden.add(table, uid, by);
      this.#hidden.release(uid);
    }
  }

  /** SQLite itself knows best what stands against a row: collations, expressions, partial indexes. */
  #replaced({ table }: Access, replace: () => void) {
    const { mapping } = table;
    this.#db.exec(`CREATE TEMP TABLE crdt_replaced(key INTEGER);
      CREATE TEMP TRIGGER crdt_replaced AFTER DELETE ON main.${quote(mapping.name)}
      BEGIN INSERT INTO crdt_replaced VALUES(${keySql(mapping, "OLD.")});END`);
    this.#db.pragma("recursive_triggers = ON");
    try {
      replace();
    } finally {
      this.#db.pragma("recursive_triggers = OFF");
    }
    const keys = this.#db.prepare("SELECT key FROM crdt_replaced").pluck().safeIntegers().all() as (
      | bigint
      | string
    )[];
    this.#db.exec("DROP TRIGGER temp.crdt_replaced; DROP TABLE temp.crdt_replaced");
    return keys.map((one) => {
      const local = readKey(one);
      return { key: local, uid: this.#identities.uidOf(table.id, local) };
    });
  }

  /** The first of them; rows that are to vanish anyway do not count. */
  #best(table: string, holders: readonly Holder[]): RowView | undefined {
    let best: RowView | undefined;
    for (const { view } of this.#state.look(holders.map(({ uid }) => ({ table, uid })))) {
      if (view !== undefined && (best === undefined || isBefore(view, best))) best = view;
    }
    return best;
  }
}

function isBefore(a: RowView, b: RowView): boolean {
  const [timeOfA, timeOfB] = [a, b].map(({ stamp }) => (stamp === "base" ? 0 : stamp)) as [number, number];
  return timeOfA === timeOfB ? compareDots(a.dot, b.dot) < 0 : timeOfA < timeOfB;
}
