import type { Envelope } from "@jarvis-crdt/batch";
import {
  type Dot,
  RawText,
  type RowSlots,
  type Schema,
  type Stamp,
  type Uid,
  type Value,
} from "@jarvis-crdt/crdt";
import type { CapturedIntent, Committed } from "@jarvis-crdt/store";
import { uidText } from "../uid.ts";
import type { SurveyPage, SurveyRequest } from "./survey.ts";
import type { FoundRow, Weighed } from "./weigh.ts";

/** An entry of the archive's outbox, named so that a re-used id is another entry. */
export interface OutboxEntry {
  readonly id: number;
  /** Sixteen random bytes. */
  readonly token: Uint8Array;
}

/** A row by its table's name and its uid. */
export interface RowKey {
  readonly table: string;
  readonly uid: Uid;
}

/** A row as it should be shown now. */
export interface RowView extends RowKey {
  /** First live add. */
  readonly dot: Dot;
  /** Stamp of that add; `"base"` for an adopted row. */
  readonly stamp: Stamp;
  /** The author's local key, or null. */
  readonly hint: number | null;
  /** By this node's own schema: all groups' columns in order, the winner of each group. */
  readonly values: readonly Value[];
  /** The same, where they came as they are: `values` are decoded when they are asked for. */
  readonly slots?: RowSlots | undefined;
}

/** Rows whose archive copy may differ from their cell, oldest first, whole transactions as far as `maxRows` allows. */
export interface Worklist {
  /** Everything up to here is covered by `rows`; 0 where there is nothing to do. */
  readonly through: number;
  readonly rows: readonly RowKey[];
}

/** What the application wrote since the last plan, folded into one transaction. */
export interface Captured {
  readonly intents: readonly CapturedIntent[];
  /** Unix milliseconds of each intent, non-decreasing. */
  readonly times: readonly number[];
  /** The outbox entries they come from, remembered as drained. */
  readonly entries: readonly OutboxEntry[];
  /** Rows that the application deleted and that are hidden on this node from now on. */
  readonly evicted: readonly RowKey[];
  /** Hidden rows that stand in the archive again, and are not hidden any more. */
  readonly unevicted?: readonly RowKey[];
  /** The archive is older than the state, or another: of a row's values the application saw but the first for sure. */
  readonly isRewound?: boolean;
}

/** What an archive has captured, and how much it will show. */
export interface PlanRequest {
  /** The archive will carry it once it shows what is planned. */
  readonly nonce: string;
  readonly captured: Captured;
  /** Rows of the worklist that are wanted; where its first transaction is larger, one batch of it. 0: none. */
  readonly maxRows: number;
  /** Rows to be looked at besides those of the worklist. */
  readonly also: readonly RowKey[];
}

/** A row of a plan, as it shall be shown; without a view it is dead or evicted and must not be in the archive. */
export interface PlannedRow extends RowKey {
  readonly view: RowView | undefined;
}

/** A row that the archive shows, and of it only what it shows otherwise. */
export interface ChangedRow extends RowKey {
  /** As in its view. */
  readonly dot: Dot;
  readonly stamp: Stamp;
  /** By column as in its view; undefined where the archive shows the value already. */
  readonly changed: readonly (Value | undefined)[];
}

/** What an archive is to show next, page by page. */
export interface Plan {
  /** How many rows there are in all pages. */
  readonly count: number;
  /** To be read once, in order; a page is made when its turn comes. */
  readonly pages: Iterable<readonly (PlannedRow | ChangedRow)[]>;
  /** Rows of the request's `also` that did not fit into memory any more. */
  readonly left: readonly RowKey[];
  /** The worklist goes on beyond these rows. */
  readonly more: boolean;
}

/** A batch of nothing but new rows, packed as it is stored: whoever shows them unpacks it. */
export interface PackedBatch {
  readonly envelope: Envelope;
  /** Names of the tables by their index in the batch; its columns are those of this node, in order. */
  readonly tables: readonly string[];
  /** How many rows it adds. */
  readonly count: number;
}

/** A plan as its parts: whole batches first, then rows. */
export interface PackedPlan {
  readonly batches: readonly PackedBatch[];
  readonly rows: readonly (PlannedRow | ChangedRow)[];
  readonly left: readonly RowKey[];
  readonly more: boolean;
}

/** Columns that the tables of a file have; none where a table is not there. */
export type PresentColumns = readonly { readonly table: string; readonly columns: readonly string[] }[];

/** Rows that the archive cannot show, because another row holds a value that its file accepts only once. */
export interface Unshown {
  /** `by` is shown instead. */
  readonly hidden: readonly (RowKey & { readonly by: Uid })[];
  /** No longer among them. */
  readonly shown: readonly RowKey[];
  /** There are no others than these. */
  readonly all: boolean;
}

/** What the state believes of the archive. */
export interface Nonces {
  /** Of a plan of which it is not known whether the archive carries it. */
  readonly intended: string | undefined;
  /** Of the last plan that it is known to carry. */
  readonly confirmed: string | undefined;
  /** While a plan's fate is not known: the last entry captured. An archive that does not carry the plan holds it still. */
  readonly awaited?: OutboxEntry | undefined;
}

/**
 * The state file as rule M sees it.
 *
 * The state keeps a list of what is not materialised yet (`crdt_todo`): one entry per interpreted batch, and one per
 * changed row that was shown before, with the dots the archive still shows. A plan is a nonce and a position in it.
 * What changes in the state between a plan and its confirmation is not covered by the plan and stays in the list.
 */
export interface State {
  /** Runs `body`; what it asks waits no longer than so many ms in all, and then throws `StateBusy`. */
  within<T>(ms: number, body: () => T): T;

  /** Which of these entries an earlier transaction has drained already. */
  drained(entries: readonly OutboxEntry[]): ReadonlySet<number>;

  /** Whether a plan would hold rows. */
  hasWork(): boolean;

  /**
   * In one transaction, durable when this returns: commits what was captured, takes the next rows of the worklist with
   * their views of this moment, and remembers that the archive shall carry the nonce.
   */
  plan(request: PlanRequest): Plan;

  /** The first of these rows as they should be shown now: so many as fit into memory, at least one. */
  look(rows: readonly RowKey[]): readonly PlannedRow[];

  /** Rows as the archive shows them before the next plan. */
  shown(rows: readonly RowKey[]): readonly PlannedRow[];

  /**
   * The schema of the archive's tables, and the columns that they have. Returns the schema to be used: with all that was
   * declared before.
   */
  declare(schema: Schema, present: PresentColumns): Schema;

  /** The archive shows some rows no more, or again. */
  unshown(change: Unshown): void;

  /** The archive carries the intended nonce: forget the worklist up to there. */
  confirm(): void;
  nonces(): Nonces;

  /** For RECONCILE: the next page of all rows that the log knows. */
  survey(request: SurveyRequest): SurveyPage;

  /** For RECONCILE: decides, durably, what becomes of values that stand in the archive and not in the state. */
  weigh(found: readonly FoundRow[]): Weighed;
}

/** The state did not answer in time: it is busy with something else. What was asked may still be done. */
export class StateBusy extends Error {
  constructor() {
    super("the state is busy");
    this.name = "StateBusy";
  }
}

/** A state that can leave unpacking to whoever shows the rows. */
export interface PackingState extends State {
  planPacked(request: PlanRequest): PackedPlan;
  /** Whether there is anything to show that no plan covers. */
  hasMore(): boolean;
}

/** Bytes of rows that one plan takes, and one batch more at most: it is in memory as a whole. */
export const planBytes = 32 * 1024 * 1024;

/** What a plan is made of; all run inside the caller's transaction. */
export interface PlanSteps {
  /** BEGIN IMMEDIATE … COMMIT; returns when the commit is fsynced. Rolls back when `body` throws. */
  transaction<T>(body: () => T): T;
  /**
   * Commits intents as one transaction of this node's log. A `row.set` names the dots last materialised in that row.
   * What is captured counts as shown, but for the stamp columns.
   */
  capture(captured: Captured): Committed;
  worklist(maxRows: number): Worklist;
  view(key: RowKey): RowView | undefined;
  /** What the archive shows otherwise of a row that it shows; undefined where its view is needed. */
  change(key: RowKey): ChangedRow | undefined;
  intend(nonce: string, through: number): void;
  /** Whether the worklist goes on beyond what is intended. */
  hasMore(): boolean;
}

/** Nothing captured: a plan that only shows. */
export const nothingCaptured: Captured = { intents: [], times: [], entries: [], evicted: [] };

/** Whether there is anything to keep. */
export function holdsAnything({ intents, entries, unevicted = [] }: Captured): boolean {
  return entries.length > 0 || intents.length > 0 || unevicted.length > 0;
}

/** Makes a plan of its steps. */
export function planBy(steps: PlanSteps, { nonce, captured, maxRows, also }: PlanRequest): PackedPlan {
  return steps.transaction(() => {
    if (holdsAnything(captured)) steps.capture(captured);
    const planned: (PlannedRow | ChangedRow)[] = [];
    let bytes = 0;
    const add = (row: PlannedRow | ChangedRow, values: readonly Value[]): void => {
      bytes += sizeOf(values);
      planned.push(row);
    };
    const show = (key: RowKey): void => {
      const change = steps.change(key);
      if (change === undefined) look(key);
      else add(change, valuesOf(change));
    };
    const look = ({ table, uid }: RowKey): void => {
      const view = steps.view({ table, uid });
      add({ table, uid, view }, view?.values ?? []);
    };
    let work = steps.worklist(maxRows);
    while (planned.length < work.rows.length) {
      show(work.rows[planned.length]!);
      // The first rows of a worklist are those of a shorter one, which may hold a whole batch more than it was asked for.
      if (bytes > planBytes && planned.length < work.rows.length) work = steps.worklist(planned.length);
    }
    steps.intend(nonce, work.through);
    const others = distinct(work.rows, also).slice(work.rows.length);
    const seen = others.findIndex((row) => {
      if (bytes > planBytes) return true;
      look(row);
      return false;
    });
    return { batches: [], rows: planned, left: seen < 0 ? [] : others.slice(seen), more: steps.hasMore() };
  });
}

/** The values that differ, in their order. */
export function valuesOf({ changed }: ChangedRow): readonly Value[] {
  return changed.filter((value) => value !== undefined);
}

function distinct(rows: readonly RowKey[], more: readonly RowKey[]): readonly RowKey[] {
  if (more.length === 0) return rows;
  const seen = new Set(rows.map(({ uid }) => uidText(uid)));
  return [...rows, ...more.filter(({ uid }) => !seen.has(uidText(uid)))];
}

/** An upper bound of the bytes that a row's values take in an operation, exact for long texts. */
export function sizeOf(values: readonly Value[]): number {
  let bytes = 0;
  for (const value of values) {
    if (typeof value === "string")
      bytes += value.length > 65_536 ? Buffer.byteLength(value) : value.length * 3;
    else if (value instanceof Uint8Array) bytes += value.length;
    else if (value instanceof RawText) bytes += value.bytes.length;
    else bytes += 10;
  }
  return bytes;
}
