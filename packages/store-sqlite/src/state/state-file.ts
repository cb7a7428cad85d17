import { dirname, join } from "node:path";
import {
  type Batch,
  type Compressor,
  type Envelope,
  type Hasher,
  type Signer,
  schemaId,
} from "@jarvis-crdt/batch";
import {
  counterValue,
  decodeSchema,
  decodeValue,
  encodeSchema,
  type Frontier,
  HybridClock,
  hasDot,
  hlcAt,
  type LogId,
  makeLogId,
  type NodeId,
  nodeOf,
  type RowCell,
  type Schema,
  type Uid,
  type Value,
  winner,
} from "@jarvis-crdt/crdt";
import {
  type Applied,
  bindSchema,
  type Committed,
  type Counts,
  type Digest,
  Engine,
  equalBytes,
  type LogHead,
  noId,
  type ObjectRef,
  type OwnGroup,
  type RegisterState,
  type RowState,
  type StoreContext,
  StoreError,
  type Transaction,
} from "@jarvis-crdt/store";
import type { Database } from "better-sqlite3";
import { declared } from "../declared.ts";
import { uidText } from "../uid.ts";
import { dotJson } from "./conflicts.ts";
import { SqlEvictions } from "./evictions.ts";
import { Fence } from "./fence.ts";
import type { Lock } from "./lock.ts";
import { SqlMedium } from "./medium.ts";
import { type Durability, openDatabase } from "./open-database.ts";
import { ShownRow } from "./shown-row.ts";
import { ShownValues } from "./shown-values.ts";
import {
  type Captured,
  holdsAnything,
  type Nonces,
  nothingCaptured,
  type OutboxEntry,
  type PackedPlan,
  type PackingState,
  type Plan,
  type PlannedRow,
  type PlanRequest,
  type PlanSteps,
  type PresentColumns,
  planBy,
  type RowKey,
  type RowView,
  type Unshown,
  type Worklist,
} from "./state.ts";
import { type SurveyPage, type SurveyRequest, survey } from "./survey.ts";
import type { FoundRow, Weighed } from "./weigh.ts";
import { weighRows } from "./weigh-rows.ts";

export interface StateFileOptions extends StoreContext {
  /** The state file; made where there is none, in a folder that exists. */
  readonly path: string;
  readonly signer: Signer;
  readonly hasher: Hasher;
  readonly compressor: Compressor;
  /** No stamp of this node lies before this, in Unix ms: its certificate vouches for nothing earlier. */
  readonly notBefore?: number;
  /** What a commit survives; `full`, the default, also a loss of power. */
  readonly durability?: Durability;
  /** The fence; `fence` beside the state file, unless given. */
  readonly fence?: string;
  /** What names this machine in the fence; its machine id, unless given. */
  readonly machine?: string;
  /** The archive's tables have changed: from now on intents are by this schema. */
  readonly onSchema?: (schema: Schema) => void;
}

/** A session with a peer, as `sync_log` tells of it. */
export interface SyncRecord {
  readonly peer: NodeId;
  /** Unix milliseconds. */
  readonly at: number;
  /** Operations. */
  readonly sent: number;
  readonly received: number;
  readonly conflicts: number;
  readonly ms: number;
}

/** Lines of `sync_log` that are kept. */
const keptSyncs = 10_000;

/** How long an outbox entry that was drained is known, in ms: a restored archive is not older. */
const drainedMs = 30 * 24 * 60 * 60 * 1000;
/** Counts up when this version reads operations that earlier ones could not. */
const operationsVersion = 1;

/**
 * The state file of one node: its logs, batches and cells, and what its archive does not show yet. Everything is
 * synchronous; `SqliteStore` is the port around it, `State` the view of rule M.
 */
export class StateFile implements PackingState, PlanSteps {
  readonly node: NodeId;
  readonly cluster: Uint8Array;
  readonly #options: StateFileOptions;
  readonly #database: Database;
  readonly #lock: Lock;
  readonly #fence: Fence;
  readonly #clock: HybridClock;
  readonly #medium: SqlMedium;
  #engine: Engine;
  #schema: Schema | undefined;
  readonly #shownValues: ShownValues;
  readonly #evictions: SqlEvictions;
  readonly #listeners = new Set<(advanced: readonly LogId[]) => void>();
  readonly #advanced = new Set<LogId>();
  #storedHlc: number;
  /** The log that this process mints into, once it did; until the commit only `#claimed`. */
  #own: LogId | undefined;
  #claimed: LogId | undefined;
  /** The last process's log, where the fence proved that it ended there. */
  #proven: LogId | undefined;
  #savepoints = 0;
  #durability: Durability;
  #isOpen = true;

  constructor(options: StateFileOptions) {
    const { path, node, cluster, now } = options;
    this.node = node;
    this.cluster = cluster;
    this.#options = options;
    this.#durability = options.durability ?? "full";
    const { database, lock } = openDatabase(path, this.#durability);
    this.#database = database;
    this.#lock = lock;
    try {
      this.#fence = new Fence(options.fence ?? join(dirname(path), "fence"), path, options.machine);
      this.#medium = new SqlMedium(database, {
        hasher: options.hasher,
        compressor: options.compressor,
        now,
        bind: (schema) => this.#engine.binding(schema),
        advanced: (log) => this.#advanced.add(log),
      });
      this.#storedHlc = this.#medium.meta.number("hlc") ?? 0;
      this.#clock = new HybridClock(now, Math.max(this.#storedHlc, hlcAt(options.notBefore ?? 0)));
      this.#evictions = new SqlEvictions(database);
      this.#shownValues = new ShownValues({
        medium: this.#medium,
        values: () => this.#engine.values,
        table: (name) => this.#table(name),
        groupsOf: (table) => this.#groupsOf(table),
      });
      this.#schema = options.schema && declared(this.#lastSchema(), options.schema);
      this.#engine = this.transaction(() => this.#begin());
      this.transaction(() => {
        this.#adoptVersion();
        database.prepare("DELETE FROM crdt_drained WHERE at < ?").run(now() - drainedMs);
      });
    } catch (error) {
      database.close();
      lock.release();
      throw error;
    }
  }

  // ---- transactions

  transaction<T>(body: () => T): T {
    this.#checkOpen();
    if (this.#database.inTransaction) return body();
    this.#database.exec("BEGIN IMMEDIATE");
    let result: T;
    try {
      result = body();
      this.#flush();
      this.#database.exec("COMMIT");
    } catch (error) {
      if (this.#database.inTransaction) this.#database.exec("ROLLBACK");
      this.#claimed = undefined;
      this.#reload();
      throw error;
    }
    this.#own = this.#claimed ?? this.#own;
    this.#claimed = undefined;
    this.#notify();
    return result;
  }

  /** A part of a transaction that fails alone. */
  attempt<T>(body: () => T): T {
    if (!this.#database.inTransaction) return this.transaction(body);
    this.#flush();
    const name = `part_${this.#savepoints++}`;
    this.#database.exec(`SAVEPOINT ${name}`);
    try {
      const result = body();
      this.#flush();
      this.#database.exec(`RELEASE ${name}`);
      return result;
    } catch (error) {
      this.#database.exec(`ROLLBACK TO ${name}; RELEASE ${name}`);
      this.#reload();
      throw error;
    }
  }

  // ---- the log

  commit(transaction: Transaction): Committed {
    return this.transaction(() => this.#engine.commit(transaction));
  }

  /** Several transactions with one fsync; each succeeds or fails alone. */
  commitAll(transactions: readonly Transaction[]): readonly (Committed | Error)[] {
    return this.transaction(() => {
      this.#claimLog();
      return transactions.map((transaction) => {
        try {
          return this.attempt(() => this.#engine.commit(transaction));
        } catch (error) {
          return error instanceof Error ? error : new Error(String(error));
        }
      });
    });
  }

  apply(batches: readonly Batch[]): Applied {
    return this.transaction(() => {
      const own = this.#own ?? this.#medium.meta.text("log");
      const before = own === undefined ? undefined : this.#medium.log(own)?.seq;
      const applied = this.#engine.apply(batches);
      if (own !== undefined && this.#medium.log(own)?.seq !== before) {
        // Somebody continued my log: I am the restored or cloned one, and go on under another name.
        this.#own = undefined;
        this.#proven = undefined;
      }
      return applied;
    });
  }

  frontier(): Frontier {
    this.#checkOpen();
    const frontier = new Map<LogId, { seq: number; batch: Uint8Array }>();
    for (const { id, seq, head } of this.#medium.logs()) frontier.set(id, { seq, batch: head });
    return frontier;
  }

  read(log: LogId, after: number, maxBytes: number): readonly Envelope[] {
    this.#checkOpen();
    return this.#medium.batches.read(log, after, maxBytes);
  }

  head(log: LogId): LogHead | undefined {
    this.#checkOpen();
    const state = this.#medium.log(log);
    return state && { id: state.head, header: this.#medium.batches.headerOf(log, state.seq) };
  }

  /** The log that this process mints into; undefined before its first mint. */
  get ownLog(): LogId | undefined {
    return this.#own;
  }

  // ---- certificates and schemas

  certificates(node: NodeId): readonly Uint8Array[] {
    this.#checkOpen();
    return this.#database
      .prepare<[string], Buffer>("SELECT der FROM crdt_certificates WHERE node = ? ORDER BY id DESC")
      .pluck()
      .all(node);
  }

  putCertificate(node: NodeId, der: Uint8Array): void {
    this.transaction(() => {
      this.#database
        .prepare("INSERT OR IGNORE INTO crdt_certificates(node, der) VALUES (?, ?)")
        .run(node, der);
    });
  }

  schema(id: Uint8Array): Uint8Array | undefined {
    this.#checkOpen();
    return this.#database
      .prepare<[Uint8Array], Buffer>("SELECT bytes FROM crdt_schemas WHERE id = ?")
      .pluck()
      .get(id);
  }

  putSchema(id: Uint8Array, bytes: Uint8Array): void {
    decodeSchema(bytes);
    if (!equalBytes(schemaId(bytes, this.#options.hasher), id)) {
      throw new StoreError("wrong-schema", "the bytes of the schema do not have this id");
    }
    this.transaction(() => {
      const { changes } = this.#database
        .prepare("INSERT OR IGNORE INTO crdt_schemas(id, bytes) VALUES (?, ?)")
        .run(id, bytes);
      if (changes > 0) this.#engine.schemaArrived(id);
    });
  }

  // ---- queries

  counter(name: string): number | undefined {
    this.#checkOpen();
    const object = this.#medium.cells.find("counter", name);
    const cells = object && this.#medium.cells.counters(object);
    return cells && cells.length > 0 ? counterValue(cells) : undefined;
  }

  register(name: string): RegisterState | undefined {
    this.#checkOpen();
    const object = this.#medium.cells.find("register", name);
    const cell = object && this.#medium.cells.register(object);
    if (cell === undefined) return undefined;
    const best = winner(cell);
    return { value: this.#engine.values.register(best), dot: best.dot, siblings: cell.length };
  }

  set(name: string): readonly Value[] | undefined {
    this.#checkOpen();
    const object = this.#medium.cells.find("set", name);
    return object && this.#medium.cells.elements(object).map((key) => decodeValue(key));
  }

  row(uid: Uid): RowState | undefined {
    this.#checkOpen();
    for (const { name, groups } of this.#schema?.tables ?? []) {
      const table = this.#medium.cells.object("table", name);
      const cell = this.#medium.cells.row(table, uid);
      if (cell === undefined) continue;
      const columns = groups.flatMap((group) => group.columns);
      const values = this.#engine.values.row(cell, this.#groupsOf(table));
      return {
        table: name,
        uid,
        dot: cell.adds[0],
        values: new Map(columns.map((column, i) => [column, values[i]!])),
        conflicts: this.#medium.conflicts.of(table, uid),
      };
    }
    return undefined;
  }

  /** One step towards the digest, some 20 ms; the digest when it covers everything, undefined while it does not. */
  stepDigest(): Digest | undefined {
    return this.#relaxed(() => {
      if (!this.#medium.digest.advance()) return undefined;
      const { rows, cells } = this.#medium.objects.totals();
      return { digest: this.#medium.digest.root, rows, cells };
    });
  }

  counts(): Counts {
    this.#checkOpen();
    let operations = 0;
    let batches = 0;
    for (const { seq, number } of this.#medium.logs()) {
      operations += seq;
      batches += number;
    }
    return {
      rows: this.#medium.objects.totals().rows,
      operations,
      batches,
      quarantined: this.#medium.waiting.count,
      conflicts: this.#medium.conflicts.open,
    };
  }

  subscribe(listener: (advanced: readonly LogId[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  // ---- rule M

  drained(entries: readonly OutboxEntry[]): ReadonlySet<number> {
    this.#checkOpen();
    const find = this.#database.prepare("SELECT 1 FROM crdt_drained WHERE id = ? AND token = ?");
    const drained = new Set<number>();
    for (const { id, token } of entries) if (find.get(id, token) !== undefined) drained.add(id);
    return drained;
  }

  capture({ intents, times, entries, evicted, unevicted = [], isRewound = false }: Captured): Committed {
    const { todo, cells } = this.#medium;
    return this.transaction(() => {
      this.#drain(entries);
      for (const { table, uid } of evicted) this.#evictions.add(this.#table(table), uid);
      for (const { table, uid } of unevicted) this.#evictions.remove(this.#table(table), uid);
      const whole = intents.map((intent) => this.#shownValues.complete(intent));
      const changes = whole.map((intent) => isRewound || !this.#shownValues.holds(intent));
      if (!changes.includes(true)) return { dots: [], transactions: 0 };
      return todo.capture(() =>
        this.#engine.commit(
          { intents: whole.filter((_, i) => changes[i]), times: times.filter((_, i) => changes[i]) },
          {
            seen: (table, uid) =>
              isRewound ? onlyFirstValues(cells.row(table, uid)) : this.#shownValues.cell(table, uid),
            wrote: (dot, operation) => {
              if (!("table" in operation)) return;
              const table = this.#engine.ownTable(operation.table);
              todo.captured(table, dot, operation);
              if (operation.kind === "row.add") this.#evictions.remove(table.object, operation.uid);
            },
          },
        ),
      );
    });
  }

  plan(request: PlanRequest): Plan {
    const { rows, more } = planBy(this, request);
    return { count: rows.length, pages: [rows], more };
  }

  hasWork(): boolean {
    this.#checkOpen();
    return this.#medium.todo.hasWork();
  }

  planPacked(request: PlanRequest): PackedPlan {
    const plan = (): PackedPlan => {
      if (holdsAnything(request.captured)) this.capture(request.captured);
      const rest = { ...request, captured: nothingCaptured };
      const work =
        request.also.length === 0 && this.#evictions.count === 0
          ? this.#plainWork(request.maxRows)
          : undefined;
      if (work === undefined) return planBy(this, rest);
      this.intend(request.nonce, work.through);
      return { batches: work.batches, rows: [], more: this.hasMore() };
    };
    // Without writes of the application a plan that a loss of power undoes costs nothing but a comparison.
    return holdsAnything(request.captured) ? this.transaction(plan) : this.#relaxed(plan);
  }

  hasMore(): boolean {
    this.#checkOpen();
    return this.#medium.todo.hasMore();
  }

  worklist(maxRows: number): Worklist {
    this.#checkOpen();
    return this.#medium.todo.worklist(maxRows);
  }

  view({ table: name, uid }: RowKey, shown?: readonly Value[]): RowView | undefined {
    this.#checkOpen();
    const table = this.#table(name);
    const { values } = this.#engine;
    const row = this.#medium.cells.shortRow(table, uid);
    const isMapped = this.#engine.ownGroups(table) !== undefined;
    if (row === undefined || !isMapped || this.#evictions.has(table, uid)) return undefined;
    const { dot, stamp } = row;
    const hint = () => values.add(dot).hint;
    const prior = shown && this.#medium.todo.prior(table, uid)?.cell;
    if (row.cell === undefined && prior === undefined) {
      return new ShownRow({ table: name, uid }, { dot, stamp }, values.add(dot).row, hint);
    }
    const cell = row.cell ?? this.#medium.cells.row(table, uid)!;
    const groups = this.#groupsOf(table);
    const all =
      shown === undefined || prior === undefined
        ? values.row(cell, groups)
        : values.changedRow(cell, prior, shown, groups);
    return new ShownRow({ table: name, uid }, { dot, stamp }, all, hint);
  }

  look(rows: readonly RowKey[]): readonly PlannedRow[] {
    return rows.map(({ table, uid }) => ({ table, uid, view: this.view({ table, uid }) }));
  }

  shown(rows: readonly RowKey[]): readonly PlannedRow[] {
    this.#checkOpen();
    return rows.map(({ table: name, uid }) => {
      const table = this.#table(name);
      const cell = this.#shownValues.cell(table, uid);
      if (cell === undefined) return { table: name, uid, view: undefined };
      const values = this.#engine.values.row(cell, this.#groupsOf(table));
      const add = { dot: cell.adds[0], stamp: "base" } as const;
      return { table: name, uid, view: new ShownRow({ table: name, uid }, add, values, () => null) };
    });
  }

  declare(schema: Schema, present: PresentColumns): Schema {
    const all = declared(this.#schema, schema);
    this.#shownValues.declare(all, present);
    if (isSameSchema(all, this.#schema)) return all;
    this.#schema = all;
    this.#engine = this.transaction(() => this.#begin());
    this.transaction(() => this.#adoptVersion());
    this.#options.onSchema?.(all);
    return all;
  }

  /** What this node declares: all that it ever declared. */
  get declaredSchema(): Schema | undefined {
    return this.#schema;
  }

  /** An open conflict stands for each row that the archive cannot show. Not fsynced: the archive tells it again. */
  unshown({ hidden, shown, all }: Unshown): void {
    const { conflicts, cells, objects } = this.#medium;
    this.#relaxed(() => {
      if (all) {
        const kept = new Set(hidden.map(({ uid }) => uidText(uid)));
        for (const { object, uid } of conflicts.allHidden()) {
          if (!kept.has(uidText(uid))) conflicts.shown(objects.byId(object), uid);
        }
      }
      for (const { table, uid } of shown) conflicts.shown(this.#table(table), uid);
      for (const { table: name, uid, by } of hidden) {
        const table = this.#table(name);
        const [row, other] = [cells.shortRow(table, uid), cells.shortRow(table, by)];
        if (row === undefined) continue;
        const entries = other === undefined ? [row] : [row, other];
        const instead = other && dotJson(other);
        conflicts.hidden(table, uid, entries, { hidden: dotJson(row), shown: instead, by: uidText(by) });
      }
    });
  }

  /** Rows that are hidden on this node. */
  get evicted(): number {
    return this.#evictions.count;
  }

  /** Shows these rows again. Returns those that were hidden. */
  unevict(rows: readonly RowKey[]): readonly RowKey[] {
    return this.transaction(() =>
      rows.filter(({ table: name, uid }) => {
        const table = this.#medium.cells.find("table", name);
        if (table === undefined || !this.#evictions.remove(table, uid)) return false;
        this.#medium.todo.revisit(table, uid, undefined);
        return this.#medium.cells.shortRow(table, uid) !== undefined;
      }),
    );
  }

  /** The first rows of a table that are hidden on this node. */
  evictedRows(name: string, limit: number): readonly RowKey[] {
    this.#checkOpen();
    const table = this.#medium.cells.find("table", name);
    if (table === undefined) return [];
    return this.#evictions.first(table, limit).map((uid) => ({ table: name, uid }));
  }

  intend(nonce: string, through: number): void {
    this.transaction(() => this.#medium.todo.intend(nonce, through));
  }

  /** Not fsynced: after a loss of power the nonces are compared again. */
  confirm(): void {
    this.#relaxed(() => this.#medium.todo.confirm());
  }

  nonces(): Nonces {
    this.#checkOpen();
    return this.#medium.todo.nonces();
  }

  survey(request: SurveyRequest): SurveyPage {
    this.#checkOpen();
    return survey(
      {
        medium: this.#medium,
        values: this.#engine.values,
        binding: (schema) => this.#engine.binding(schema),
        groupsOf: (table) => this.#groupsOf(table),
        isEvicted: (table, uid) => this.#evictions.has(table, uid),
        hasher: this.#options.hasher,
      },
      request,
    );
  }

  weigh(found: readonly FoundRow[]): Weighed {
    return this.transaction(() => {
      const weighed = weighRows(
        {
          medium: this.#medium,
          values: this.#engine.values,
          table: (name) => this.#table(name),
          groupsOf: (table) => this.#groupsOf(table),
          isFixed: (name) => this.#schema?.tables.find((one) => one.name === name)?.kind === "grow-only",
        },
        found,
      );
      const { intents, taken, recorded } = weighed;
      const at = this.#options.now();
      if (intents.length > 0)
        this.capture({ ...nothingCaptured, intents, times: intents.map(() => at), isRewound: true });
      return { rows: this.look(taken), taken: intents.length, recorded };
    });
  }

  // ---- upkeep

  /** Writes one line of the plan's `sync_log`. */
  recordSync(session: SyncRecord): void {
    const at = new Date(session.at).toISOString();
    this.#relaxed(() => {
      this.#database
        .prepare(
          `INSERT INTO sync_log(peer_node_id, sync_timestamp, operations_sent, operations_received,
             conflicts_resolved, sync_duration_ms) VALUES (?, ?, ?, ?, ?, ?)`,
        )
        .run(session.peer, at, session.sent, session.received, session.conflicts, session.ms);
      this.#database
        .prepare("DELETE FROM sync_log WHERE id <= (SELECT max(id) FROM sync_log) - ?")
        .run(keptSyncs);
    });
  }

  /** When nothing else is to do: brings `crdt_states` up to date and moves the write-ahead log into the file. */
  rest(): void {
    this.#checkOpen();
    this.#publish();
    this.#database.pragma("wal_checkpoint(PASSIVE)");
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#publish();
    this.#isOpen = false;
    const head = this.#own === undefined ? undefined : this.#medium.log(this.#own)?.head;
    this.#setDurability("full");
    this.#database.pragma("wal_checkpoint(TRUNCATE)");
    this.#database.close();
    if (head !== undefined) this.#fence.write(head);
    this.#lock.release();
  }

  /** Lets go of the file as a killed process would: what was not committed is lost, and no fence is written. */
  abandon(): void {
    this.#isOpen = false;
    this.#database.close();
    this.#lock.release();
  }

  #publish(): void {
    const at = new Date(this.#options.now()).toISOString();
    this.#relaxed(() => this.#medium.states.publish(this.#engine.values, at));
  }

  /** A transaction that a loss of power may undo, because what it writes is found again. */
  #relaxed<T>(body: () => T): T {
    this.#checkOpen();
    if (this.#database.inTransaction) return body();
    this.#setDurability("normal");
    try {
      return this.transaction(body);
    } finally {
      this.#setDurability(this.#options.durability ?? "full");
    }
  }

  #setDurability(durability: Durability): void {
    if (this.#durability === durability) return;
    this.#durability = durability;
    this.#database.pragma(`synchronous = ${durability}`);
  }

  #begin(): Engine {
    const { meta } = this.#medium;
    const cluster = meta.bytes("cluster");
    if (cluster !== undefined && !equalBytes(cluster, this.cluster)) {
      throw new StoreError("wrong-cluster", `${this.#options.path} belongs to another cluster`);
    }
    meta.set("cluster", this.cluster);
    this.#checkTables();
    return new Engine({
      ...this.#options,
      schema: this.#schema,
      medium: this.#medium,
      clock: this.#clock,
      ownLog: () => this.#claimLog(),
    });
  }

  /** The schema that this node declared last. */
  #lastSchema(): Schema | undefined {
    const id = this.#medium.meta.text("reads")?.split("/")[0];
    return id === undefined ? undefined : this.#medium.schema(Buffer.from(id, "hex"));
  }

  /** Rows that are there were written by the old declaration of their table, and must stay readable by the new one. */
  #checkTables(): void {
    const schema = this.#schema;
    const before = this.#lastSchema();
    if (schema === undefined || before === undefined) return;
    const bound = bindSchema(before, schema, (name) => this.#medium.cells.object("table", name)).tables;
    for (const [i, { name }] of before.tables.entries()) {
      const table = this.#medium.cells.find("table", name);
      const isGone = !schema.tables.some((one) => one.name === name);
      if (isGone || typeof bound[i] !== "string" || table === undefined) continue;
      if (this.#medium.objects.sizeOf(table) === 0) continue;
      throw new StoreError(
        "regrouped",
        `${bound[i]}, and it holds rows: declare it as it was (the author is this node itself, before)`,
      );
    }
  }

  /** What waited for another schema or version of this node is tried again where that changed. */
  #adoptVersion(): void {
    const own = this.#engine.ownSchema;
    if (own !== undefined) {
      this.#database
        .prepare("INSERT OR IGNORE INTO crdt_schemas(id, bytes) VALUES (?, ?)")
        .run(own.id, own.bytes);
    }
    const reads = `${Buffer.from(own?.id ?? noId).toString("hex")}/${operationsVersion}`;
    if (this.#medium.meta.text("reads") === reads) return;
    this.#medium.meta.set("reads", reads);
    this.#engine.changed();
  }

  /**
   * The log to mint into. The first time in a process that is the last one's log, where the fence proves that nobody
   * else continued it, and otherwise a new incarnation whose first batch names the old head.
   */
  #claimLog(): { readonly log: LogId; readonly previous: Uint8Array } {
    const { meta } = this.#medium;
    const known = this.#own ?? this.#claimed;
    if (known !== undefined) return { log: known, previous: meta.bytes("previous") ?? noId };
    const last = meta.text("log");
    const head = last === undefined ? undefined : this.#medium.log(last)?.head;
    if (last !== undefined && head !== undefined && nodeOf(last) === this.node && this.#fence.isClean(head)) {
      this.#proven = last;
    }
    this.#fence.remove();
    if (last !== undefined && this.#proven === last) this.#claimed = last;
    else {
      const incarnation = Buffer.from(this.#options.random(8)).toString("hex");
      this.#claimed = makeLogId(this.node, incarnation);
      if (head !== undefined) meta.set("previous", head);
      meta.set("log", this.#claimed);
    }
    return { log: this.#claimed, previous: meta.bytes("previous") ?? noId };
  }

  #flush(): void {
    this.#medium.conflicts.flush(() => this.#engine);
    this.#medium.flush();
    if (this.#clock.last === this.#storedHlc) return;
    this.#storedHlc = this.#clock.last;
    this.#medium.meta.set("hlc", this.#storedHlc);
  }

  #reload(): void {
    this.#medium.reload();
    this.#evictions.reload();
    this.#advanced.clear();
    this.#storedHlc = this.#medium.meta.number("hlc") ?? 0;
  }

  #notify(): void {
    if (this.#advanced.size === 0) return;
    const advanced = [...this.#advanced];
    this.#advanced.clear();
    for (const listener of this.#listeners) queueMicrotask(() => listener(advanced));
  }

  /** Whole batches of new rows, in this node's own order of columns; undefined where anything else comes first. */
  #plainWork(maxRows: number): { through: number; batches: PackedPlan["batches"] } | undefined {
    const { todo, batches } = this.#medium;
    const work = todo.plainWorklist(maxRows);
    const packed = work?.batches.map(({ log, seq }) => {
      const { schema, count } = batches.headerOf(log, seq);
      const tables = this.#tablesInOrder(schema);
      return tables && { envelope: batches.envelope(log, seq), tables, count };
    });
    if (work === undefined || !packed?.every((one) => one !== undefined)) return undefined;
    return { through: work.through, batches: packed };
  }

  /** Names of a schema's tables, if rows under it need no rearranging. */
  #tablesInOrder(schema: Uint8Array): readonly string[] | undefined {
    const names: string[] = [];
    for (const table of this.#engine.binding(schema)?.tables ?? []) {
      if (typeof table === "string" || !table.inOrder) return undefined;
      names.push(table.object.name);
    }
    return names.length > 0 ? names : undefined;
  }

  #drain(entries: readonly OutboxEntry[]): void {
    const insert = this.#database.prepare(
      "INSERT OR IGNORE INTO crdt_drained(id, token, at) VALUES (?, ?, ?)",
    );
    const at = this.#options.now();
    for (const { id, token } of entries) insert.run(id, token, at);
    const last = entries.at(-1);
    if (last !== undefined) this.#medium.todo.await(last);
  }

  #table(name: string): ObjectRef {
    const table = this.#medium.cells.find("table", name);
    if (table === undefined) throw new StoreError("unknown-table", "the table is not replicated here");
    return table;
  }

  #groupsOf(table: ObjectRef): readonly OwnGroup[] {
    const groups = this.#engine.ownGroups(table);
    if (groups === undefined) throw new StoreError("unknown-table", "the table is not replicated here");
    return groups;
  }

  #checkOpen(): void {
    if (!this.#isOpen) throw new StoreError("closed", "the state file is closed");
  }
}

/** The cell as its add alone makes it: what everybody has seen who sees the row at all. */
function onlyFirstValues(cell: RowCell | undefined): RowCell | undefined {
  if (cell === undefined) return undefined;
  const groups = cell.groups.map((entries) => entries.filter(({ dot }) => hasDot(cell.adds, dot)));
  return { adds: cell.adds, groups };
}

function isSameSchema(a: Schema, b: Schema | undefined): boolean {
  return b !== undefined && equalBytes(encodeSchema(a), encodeSchema(b));
}
