import {
  ByteReader,
  EncodedValues,
  makeLogId,
  readRowValues,
  type Schema,
  sameValue,
  type Value,
} from "@jarvis-crdt/crdt";
import type { CapturedIntent, Committed, Intent } from "@jarvis-crdt/store";
import type { TableMapping } from "../../mapping.ts";
import {
  type Captured,
  type OutboxEntry,
  type PackedPlan,
  type PackingState,
  type Plan,
  type PlannedRow,
  type PlanRequest,
  type PlanSteps,
  planBy,
  type RowKey,
  type RowView,
  type Unshown,
  type Worklist,
} from "../../state/state.ts";
import type { SurveyPage } from "../../state/survey.ts";
import type { Weighed } from "../../state/weigh.ts";
import { uidText } from "../../uid.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The state in memory, with one value per row: enough to test the archive alone. */
export class FakeState implements PackingState, PlanSteps {
  readonly mappings: readonly TableMapping[];
  readonly log = makeLogId("00000000-0000-4000-8000-00000000000a", "0000000000000001");
  readonly rows = new Map<string, Mutable<RowView>>();
  readonly evicted = new Set<string>();
  readonly intents: Intent[] = [];
  readonly times: number[] = [];
  readonly done = new Set<string>();
  readonly changes: Unshown[] = [];
  /** Called inside `transaction`, to fail at a chosen moment. */
  onConfirm: (() => void) | undefined;
  todo: RowKey[] = [];
  offset = 0;
  seq = 0;
  intended: string | undefined;
  confirmed: string | undefined;
  through = 0;

  constructor(mappings: readonly TableMapping[]) {
    this.mappings = mappings;
  }

  within<T>(_ms: number, body: () => T): T {
    return body();
  }

  transaction<T>(body: () => T): T {
    return body();
  }

  drained(entries: readonly OutboxEntry[]): ReadonlySet<number> {
    return new Set(entries.filter((entry) => this.done.has(nameOf(entry))).map(({ id }) => id));
  }

  capture({ intents, times, entries, evicted, unevicted = [] }: Captured): Committed {
    for (const entry of entries) this.done.add(nameOf(entry));
    const dots = intents.map(plain).map((intent, i) => {
      if (this.#isShown(intent)) return null;
      this.intents.push(intent);
      this.times.push(times[i]!);
      const dot = { log: this.log, seq: ++this.seq };
      if (intent.kind === "row.add") {
        const stamp = intent.base ? ("base" as const) : (times[i] ?? 1);
        this.rows.set(uidText(intent.uid), { ...intent, dot, stamp });
        this.todo.push(intent);
      } else if (intent.kind === "row.set") {
        const row = this.rows.get(uidText(intent.uid));
        const groups = this.mappings.find(({ name }) => name === intent.table)!.groups;
        if (row === undefined) throw new Error("row.set of an unknown row");
        let from = 0;
        const values: Value[] = [...row.values];
        for (const group of groups) {
          if (group.name === intent.group) values.splice(from, group.columns.length, ...intent.values);
          from += group.columns.length;
        }
        row.values = values;
        this.todo.push(intent);
      } else if (intent.kind === "row.remove") {
        this.rows.delete(uidText(intent.uid));
      }
      return dot;
    });
    for (const { uid } of evicted) this.evicted.add(uidText(uid));
    for (const { uid } of unevicted) this.evicted.delete(uidText(uid));
    return { dots };
  }

  #isShown(intent: Intent): boolean {
    if (intent.kind !== "row.set") return false;
    let from = 0;
    for (const group of this.mappings.find(({ name }) => name === intent.table)!.groups) {
      if (group.name === intent.group) break;
      from += group.columns.length;
    }
    const { values } = this.rows.get(uidText(intent.uid))!;
    return intent.values.every((value, i) => sameValue(value, values[from + i]!));
  }

  /** What a peer wrote. */
  receive(row: RowView): void {
    this.rows.set(uidText(row.uid), row);
    this.todo.push(row);
  }

  removeRemotely(row: RowKey): void {
    this.rows.delete(uidText(row.uid));
    this.todo.push(row);
  }

  plan(request: PlanRequest): Plan {
    const { rows, ...rest } = planBy(this, request);
    return { count: rows.length, pages: [rows], ...rest };
  }

  planPacked(request: PlanRequest): PackedPlan {
    return planBy(this, request);
  }

  look(rows: readonly RowKey[]): readonly PlannedRow[] {
    return rows.map(({ table, uid }) => ({ table, uid, view: this.view({ table, uid }) }));
  }

  shown(rows: readonly RowKey[]): readonly PlannedRow[] {
    return this.look(rows);
  }

  declare(schema: Schema): Schema {
    return schema;
  }

  unshown(change: Unshown): void {
    this.changes.push(change);
  }

  hasWork(): boolean {
    return this.todo.length > 0;
  }

  hasMore(): boolean {
    return this.offset + this.todo.length > this.through;
  }

  worklist(maxRows: number): Worklist {
    const rows = this.todo.slice(0, maxRows);
    return { through: rows.length === 0 ? 0 : this.offset + rows.length, rows };
  }

  view(key: RowKey): RowView | undefined {
    return this.evicted.has(uidText(key.uid)) ? undefined : this.rows.get(uidText(key.uid));
  }

  change(): undefined {
    return undefined;
  }

  intend(nonce: string, through: number): void {
    this.intended = nonce;
    this.through = through;
  }

  confirm(): void {
    this.onConfirm?.();
    this.confirmed = this.intended;
    this.todo.splice(0, Math.max(0, this.through - this.offset));
    this.offset = Math.max(this.offset, this.through);
  }

  survey(): SurveyPage {
    throw new Error("this state is too simple to be reconciled");
  }

  weigh(): Weighed {
    throw new Error("this state is too simple to be reconciled");
  }

  nonces(): { intended: string | undefined; confirmed: string | undefined } {
    return { intended: this.intended, confirmed: this.confirmed };
  }
}

function nameOf({ id, token }: OutboxEntry): string {
  return `${id}:${Buffer.from(token).toString("hex")}`;
}

/** As it was before it went from one thread to the other. */
function plain(intent: CapturedIntent): Intent {
  if (intent.kind !== "row.add") return intent;
  const { values, ...rest } = intent;
  return {
    ...rest,
    values: values instanceof EncodedValues ? readRowValues(new ByteReader(values.bytes)) : values,
  };
}
