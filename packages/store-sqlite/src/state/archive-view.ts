import type { Schema } from "@jarvis-crdt/crdt";
import type { Committed } from "@jarvis-crdt/store";
import { uidText } from "../uid.ts";
import { Captures } from "./captures.ts";
import { changeOf } from "./changed-row.ts";
import { dotJson } from "./conflicts.ts";
import type { Core } from "./core.ts";
import { ShownRow } from "./shown-row.ts";
import { ShownValues } from "./shown-values.ts";
import {
  type Captured,
  type ChangedRow,
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
  planBytes,
  type RowKey,
  type RowView,
  sizeOf,
  type Unshown,
  type Worklist,
} from "./state.ts";
import { type SurveyPage, type SurveyRequest, survey } from "./survey.ts";
import type { FoundRow, Weighed } from "./weigh.ts";
import { weighRows } from "./weigh-rows.ts";

/** The state file as rule M sees it. */
export class ArchiveView implements PackingState, PlanSteps {
  readonly #core: Core;
  readonly #shownValues: ShownValues;
  readonly #captures: Captures;

  constructor(core: Core) {
    this.#core = core;
    this.#shownValues = new ShownValues({
      medium: core.medium,
      values: () => core.engine.values,
      table: (name) => core.table(name),
      groupsOf: (table) => core.groupsOf(table),
    });
    this.#captures = new Captures(core, this.#shownValues);
  }

  /** Whoever asks here is not kept waiting by anybody else. */
  within<T>(_ms: number, body: () => T): T {
    return body();
  }

  transaction<T>(body: () => T): T {
    return this.#core.transactions.run(body);
  }

  drained(entries: readonly OutboxEntry[]): ReadonlySet<number> {
    this.#checkOpen();
    return this.#captures.drained(entries);
  }

  capture(captured: Captured): Committed {
    return this.transaction(() => this.#captures.commit(captured));
  }

  // ---- the plan

  plan(request: PlanRequest): Plan {
    const { rows, ...rest } = planBy(this, request);
    return { count: rows.length, pages: [rows], ...rest };
  }

  planPacked(request: PlanRequest): PackedPlan {
    const plan = (): PackedPlan => {
      if (holdsAnything(request.captured)) this.capture(request.captured);
      const rest = { ...request, captured: nothingCaptured };
      const work =
        request.also.length === 0 && this.#core.evictions.count === 0
          ? this.#plainWork(request.maxRows)
          : undefined;
      if (work === undefined) return planBy(this, rest);
      this.intend(request.nonce, work.through);
      return { batches: work.batches, rows: [], left: [], more: this.hasMore() };
    };
    // Without writes of the application a plan that a loss of power undoes costs nothing but a comparison.
    return holdsAnything(request.captured) ? this.transaction(plan) : this.#core.transactions.relaxed(plan);
  }

  hasWork(): boolean {
    this.#checkOpen();
    return this.#core.medium.todo.hasWork();
  }

  hasMore(): boolean {
    this.#checkOpen();
    return this.#core.medium.todo.hasMore();
  }

  worklist(maxRows: number): Worklist {
    this.#checkOpen();
    return this.#core.medium.todo.worklist(maxRows);
  }

  intend(nonce: string, through: number): void {
    this.transaction(() => this.#core.medium.todo.intend(nonce, through));
  }

  /** Not fsynced: after a loss of power the nonces are compared again. */
  confirm(): void {
    this.#core.transactions.relaxed(() => this.#core.medium.todo.confirm());
  }

  nonces(): Nonces {
    this.#checkOpen();
    return this.#core.medium.todo.nonces();
  }

  /** Whole batches of new rows, in this node's own order of columns; undefined where anything else comes first. */
  #plainWork(maxRows: number): { through: number; batches: PackedPlan["batches"] } | undefined {
    const { todo, batches } = this.#core.medium;
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
    for (const table of this.#core.engine.binding(schema)?.tables ?? []) {
      if (typeof table === "string" || !table.inOrder) return undefined;
      names.push(table.object.name);
    }
    return names.length > 0 ? names : undefined;
  }

  // ---- rows

  view({ table: name, uid }: RowKey): RowView | undefined {
    this.#checkOpen();
    const { engine, evictions, medium } = this.#core;
    const table = this.#core.table(name);
    const { values } = engine;
    const row = medium.cells.shortRow(table, uid);
    const isMapped = engine.ownGroups(table) !== undefined;
    if (row === undefined || !isMapped || evictions.has(table, uid)) return undefined;
    const { dot, stamp } = row;
    const hint = () => values.add(dot).hint;
    const all = row.cell ? values.row(row.cell, this.#core.groupsOf(table)) : values.add(dot).row;
    return new ShownRow({ table: name, uid }, { dot, stamp }, all, hint);
  }

  change(key: RowKey): ChangedRow | undefined {
    this.#checkOpen();
    return changeOf(this.#core, key);
  }

  look(rows: readonly RowKey[]): readonly PlannedRow[] {
    const seen: PlannedRow[] = [];
    let bytes = 0;
    for (const { table, uid } of rows) {
      if (bytes > planBytes) break;
      const view = this.view({ table, uid });
      bytes += view === undefined ? 0 : sizeOf(view.values);
      seen.push({ table, uid, view });
    }
    return seen;
  }

  shown(rows: readonly RowKey[]): readonly PlannedRow[] {
    this.#checkOpen();
    return rows.map(({ table: name, uid }) => {
      const table = this.#core.table(name);
      const cell = this.#shownValues.cell(table, uid);
      if (cell === undefined) return { table: name, uid, view: undefined };
      const values = this.#core.engine.values.row(cell, this.#core.groupsOf(table));
      const add = { dot: cell.adds[0], stamp: "base" } as const;
      return { table: name, uid, view: new ShownRow({ table: name, uid }, add, values, () => null) };
    });
  }

  declare(schema: Schema, present: PresentColumns): Schema {
    const all = this.#core.declare(schema);
    this.#shownValues.declare(all, present);
    return all;
  }

  /** An open conflict stands for each row that the archive cannot show. Not fsynced: the archive tells it again. */
  unshown({ hidden, shown, all }: Unshown): void {
    const { conflicts, cells, objects } = this.#core.medium;
    this.#core.transactions.relaxed(() => {
      if (all) {
        const kept = new Set(hidden.map(({ uid }) => uidText(uid)));
        for (const { object, uid } of conflicts.allHidden()) {
          if (!kept.has(uidText(uid))) conflicts.shown(objects.byId(object), uid);
        }
      }
      for (const { table, uid } of shown) conflicts.shown(this.#core.table(table), uid);
      for (const { table: name, uid, by } of hidden) {
        const table = this.#core.table(name);
        const [row, other] = [cells.shortRow(table, uid), cells.shortRow(table, by)];
        if (row === undefined) continue;
        const entries = other === undefined ? [row] : [row, other];
        const instead = other && dotJson(other);
        conflicts.hidden(table, uid, entries, { hidden: dotJson(row), shown: instead, by: uidText(by) });
      }
    });
  }

  // ---- RECONCILE

  survey(request: SurveyRequest): SurveyPage {
    this.#checkOpen();
    const { engine, evictions, medium, options } = this.#core;
    return survey(
      {
        medium,
        values: engine.values,
        binding: (schema) => engine.binding(schema),
        groupsOf: (table) => this.#core.groupsOf(table),
        isEvicted: (table, uid) => evictions.has(table, uid),
        hasher: options.hasher,
      },
      request,
    );
  }

  weigh(found: readonly FoundRow[]): Weighed {
    const { engine, medium, options } = this.#core;
    return this.transaction(() => {
      const weighed = weighRows(
        {
          medium,
          values: engine.values,
          table: (name) => this.#core.table(name),
          groupsOf: (table) => this.#core.groupsOf(table),
          isFixed: (name) => this.#core.schema?.tables.find((one) => one.name === name)?.kind === "grow-only",
        },
        found,
      );
      const { intents, taken, recorded } = weighed;
      const at = options.now();
      if (intents.length > 0)
        this.capture({ ...nothingCaptured, intents, times: intents.map(() => at), isRewound: true });
      return {
        rows: taken.map((row) => ({ ...row, view: this.view(row) })),
        taken: intents.length,
        recorded,
      };
    });
  }

  #checkOpen(): void {
    this.#core.transactions.checkOpen();
  }
}
