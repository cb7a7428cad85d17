import {
  type Dot,
  decodeValue,
  type Entry,
  incarnationOf,
  nodeOf,
  type RegisterCell,
  type RowCell,
  type RowEntry,
  type Uid,
  winner,
} from "@jarvis-crdt/crdt";
import type { Engine, ObjectRef } from "@jarvis-crdt/store";
import type { Database, Statement } from "better-sqlite3";
import { FoundRecords } from "./found-records.ts";
import { sizeOf } from "./state.ts";
import { jsonOfValue } from "./value-json.ts";
import { detailsOf, type FoundGroup } from "./weigh.ts";

/** Stands for the whole row in place of one of its groups: the archive cannot show it. */
export const wholeRow = -1;

/** Values beyond so many bytes stay in the log alone. */
const recordedBytes = 64 * 1024;

interface Lost {
  readonly object: ObjectRef;
  readonly uid: Uid;
  readonly group: number;
  readonly entry: RowEntry;
}

interface Touched {
  readonly object: ObjectRef;
  readonly key: Uint8Array;
  /** Concurrent entries by part, where there are several. */
  readonly parts: ReadonlyMap<number, readonly Entry[]>;
}

/**
 * Cells with siblings, and the history of conflicts. A conflict is open while a cell holds entries whose values
 * differ; entries with equal values are none, and only the state knows them.
 */
export class SqlConflicts {
  readonly #database: Database;
  readonly #now: () => number;
  readonly #touched: Touched[] = [];
  readonly #lost: Lost[] = [];
  readonly #known: Statement<[number, Uint8Array], { part: number; differ: number }>;
  readonly #add: Statement;
  readonly #remove: Statement<[number, Uint8Array, number]>;
  readonly #count: Statement<[], number>;
  readonly #record: Statement;
  readonly #found: FoundRecords;
  /** Whether any cell may have siblings; while none has, changes of cells cost nothing here. */
  #siblings: boolean;

  constructor(database: Database, now: () => number) {
    this.#database = database;
    this.#now = now;
    this.#known = database.prepare("SELECT part, differ FROM crdt_siblings WHERE object = ? AND key = ?");
    this.#add = database.prepare(
      "INSERT OR REPLACE INTO crdt_siblings(object, key, part, differ) VALUES (?, ?, ?, ?)",
    );
    this.#remove = database.prepare("DELETE FROM crdt_siblings WHERE object = ? AND key = ? AND part = ?");
    this.#count = database
      .prepare<[], number>(
        "SELECT count(*) FROM (SELECT DISTINCT object, key FROM crdt_siblings WHERE differ = 1)",
      )
      .pluck();
    this.#record = database.prepare(
      `INSERT INTO conflict_log(conflict_timestamp, crdt_name, conflict_type, resolution_strategy,
         involved_nodes, resolution_details) VALUES (?, ?, ?, ?, ?, ?)`,
    );
    this.#found = new FoundRecords(database);
    this.#siblings = database.prepare("SELECT 1 FROM crdt_siblings LIMIT 1").get() !== undefined;
  }

  /** After a transaction was rolled back. */
  reload(): void {
    this.#touched.length = 0;
    this.#lost.length = 0;
    this.#siblings = true;
  }

  /** Cells in which entries of one group differ. */
  get open(): number {
    return this.#count.get()!;
  }

  /** Groups of a row in which entries differ. */
  of(object: ObjectRef, key: Uint8Array): number {
    return this.#known.all(object.id, key).filter(({ differ }) => differ === 1).length;
  }

  rowChanged(object: ObjectRef, key: Uid, after: RowCell | undefined): void {
    this.#touch(object, key, after?.groups ?? []);
  }

  registerChanged(object: ObjectRef, key: Uint8Array, after: RegisterCell | undefined): void {
    this.#touch(object, key, after ? [after] : []);
  }

  /** A write that was removed with its row by somebody who had not seen it. */
  lost(object: ObjectRef, uid: Uid, group: number, entry: RowEntry): void {
    this.#lost.push({ object, uid, group, entry });
  }

  /** The archive shows another row in place of this one, which has a value that may be there only once. */
  hidden(object: ObjectRef, uid: Uid, entries: readonly Entry[], details: object): void {
    if (this.#known.all(object.id, uid).some(({ part }) => part === wholeRow)) return;
    this.#add.run(object.id, uid, wholeRow, 1);
    this.#siblings = true;
    this.#log(object, uid, "unique-value", "first-row-wins", entries, details);
  }

  shown(object: ObjectRef, uid: Uid): void {
    this.#remove.run(object.id, uid, wholeRow);
  }

  /** Rows that the archive cannot show. */
  allHidden(): readonly { readonly object: number; readonly uid: Uid }[] {
    return this.#database
      .prepare<[number], { object: number; uid: Buffer }>(
        "SELECT object, key AS uid FROM crdt_siblings WHERE part = ?",
      )
      .all(wholeRow);
  }

  /** Values that stood in an archive and are not shown any more. Whether that was not recorded already. */
  found(
    object: ObjectRef,
    uid: Uid,
    columns: readonly string[],
    group: FoundGroup,
    cell: RowCell | undefined,
    part: number,
  ): boolean {
    const [type, strategy] = cell ? ["archive-value", "state-wins"] : ["removed-row", "remove-wins"];
    const details = detailsOf(group.name, columns, group.values, cell, part);
    this.#database.exec("CREATE INDEX IF NOT EXISTS conflict_log_name ON conflict_log(crdt_name)");
    const known = this.#database
      .prepare(
        "SELECT 1 FROM conflict_log WHERE crdt_name = ? AND conflict_type = ? AND resolution_details = ?",
      )
      .get(nameOf(object, uid), type, details);
    if (known !== undefined) return false;
    const entries = cell?.groups[part] ?? [];
    this.#write(object, uid, { type, strategy, entries, details });
    this.#found.written(Buffer.byteLength(details));
    return true;
  }

  /** Compares the values of the concurrent entries that the transaction left behind. */
  flush(engine: () => Pick<Engine, "ownGroups" | "values">): void {
    for (const { object, uid, group, entry } of this.#lost.splice(0)) {
      const values = this.#valuesJson(object, group, entry, engine());
      this.#log(object, uid, "lost-write", "remove-wins", [entry], {
        group: object.groups[group],
        lost: [{ ...dotJson(entry), ...values, row: entry.adds.map(placeJson) }],
      });
    }
    for (const { object, key, parts } of this.#touched.splice(0)) {
      const known = new Map(this.#known.all(object.id, key).map(({ part, differ }) => [part, differ]));
      for (const part of known.keys())
        if (part !== wholeRow && !parts.has(part)) this.#remove.run(object.id, key, part);
      for (const [part, entries] of parts) {
        const differ = this.#differ(object, part, entries, engine());
        this.#add.run(object.id, key, part, differ ? 1 : 0);
        if (!differ || known.get(part) === 1) continue;
        const best = winner(entries)!;
        this.#log(object, key, "concurrent-write", "last-writer-wins", entries, {
          group: object.groups[part],
          ...(object.type === "keyed" && { key: jsonOfValue(decodeValue(key)) }),
          winner: dotJson(best),
          others: entries
            .filter((entry) => entry !== best)
            .map((entry) => ({ ...dotJson(entry), ...this.#valuesJson(object, part, entry, engine()) })),
        });
      }
    }
  }

  #touch(object: ObjectRef, key: Uint8Array, groups: readonly (readonly Entry[])[]): void {
    const parts = new Map<number, readonly Entry[]>();
    for (let part = 0; part < groups.length; part++) {
      if (groups[part]!.length > 1) parts.set(part, groups[part]!);
    }
    if (parts.size > 0) this.#siblings = true;
    if (this.#siblings) this.#touched.push({ object, key, parts });
  }

  #differ(
    object: ObjectRef,
    part: number,
    entries: readonly Entry[],
    engine: Pick<Engine, "ownGroups" | "values">,
  ): boolean {
    if (object.type !== "table") return engine.values.registersDiffer(entries);
    const group = engine.ownGroups(object)?.find((one) => one.part === part);
    return group !== undefined && engine.values.differ(entries as readonly RowEntry[], group);
  }

  /** What a write said, so that it can be read when its batch is long gone; only its size where that is much. */
  #valuesJson(
    object: ObjectRef,
    part: number,
    entry: Entry,
    engine: Pick<Engine, "ownGroups" | "values">,
  ): object {
    const json: Record<string, unknown> = {};
    if (object.type !== "table") json.value = jsonOfValue(engine.values.register(entry));
    else {
      const group = engine.ownGroups(object)?.find((one) => one.part === part);
      if (group === undefined) return {};
      const read = engine.values.group(entry, group);
      // Tens of megabytes must not become text only to be counted.
      const most = sizeOf(read);
      if (most > 4 * recordedBytes) return { values: null, bytes: most };
      for (const [i, column] of group.columns.entries()) json[column] = jsonOfValue(read[i] ?? null);
    }
    const bytes = Buffer.byteLength(JSON.stringify(json));
    return bytes > recordedBytes ? { values: null, bytes } : { values: json };
  }

  #log(
    object: ObjectRef,
    key: Uint8Array,
    type: string,
    strategy: string,
    entries: readonly Entry[],
    details: object,
  ): void {
    this.#write(object, key, { type, strategy, entries, details: JSON.stringify(details) });
  }

  #write(
    object: ObjectRef,
    key: Uint8Array,
    record: { type: string; strategy: string; entries: readonly Entry[]; details: string },
  ): void {
    const { type, strategy, entries, details } = record;
    const nodes = [...new Set(entries.map(({ dot }) => nodeOf(dot.log)))];
    const at = new Date(this.#now()).toISOString();
    this.#record.run(at, nameOf(object, key), type, strategy, JSON.stringify(nodes), details);
  }
}

function nameOf(object: ObjectRef, key: Uint8Array): string {
  return key.length === 0 ? object.name : `${object.name}/${Buffer.from(key).toString("hex")}`;
}

export function dotJson({ dot, stamp }: Entry): object {
  return { ...placeJson(dot), stamp };
}

function placeJson({ log, seq }: Dot): object {
  return { node: nodeOf(log), incarnation: incarnationOf(log), seq };
}
