import type { Hasher } from "@jarvis-crdt/batch";
import type { Uid } from "@jarvis-crdt/crdt";
import type { ChangedRow, PlannedRow, RowKey, RowView, State } from "../state/state.ts";
import type { FoundRow } from "../state/weigh.ts";
import { uidText } from "../uid.ts";
import type { Access } from "./access.ts";
import { adoptedRows } from "./adopted-rows.ts";
import { type Allocated, allocateKeys } from "./allocate-keys.ts";
import type { AsCaptured } from "./as-captured.ts";
import type { Contest } from "./contest.ts";
import type { ArchiveDatabase } from "./database.ts";
import type { HiddenRows } from "./hidden.ts";
import type { Identities } from "./identities.ts";
import type { LocalKey } from "./local-key.ts";
import { ownKey } from "./own-key.ts";
import type { RefusedRows } from "./refused.ts";
import type { ArchiveRow } from "./row-reader.ts";
import { attempt, type Refusal } from "./row-writer.ts";
import { type WholeRow, wholeRows } from "./whole-rows.ts";

/**
 * Makes the archive show rows as planned. The caller holds the write lock. A row that `isClaimed` stands in the archive
 * already and is left to whoever claims it.
 */
export class Materialiser {
  readonly #db: ArchiveDatabase;
  readonly #hasher: Hasher;
  readonly #identities: Identities;
  readonly #asCaptured: AsCaptured;
  readonly #refused: RefusedRows;
  readonly #hidden: HiddenRows;
  readonly #contest: Contest;
  readonly #accessOf: (table: string) => Access | undefined;
  readonly #isClaimed: (access: Access, view: RowView) => boolean;
  readonly #state: Pick<State, "look" | "weigh">;
  #now = 0;
  #shown = 0;
  #refusals = 0;

  constructor(
    db: ArchiveDatabase,
    hasher: Hasher,
    identities: Identities,
    asCaptured: AsCaptured,
    refused: RefusedRows,
    hidden: HiddenRows,
    contest: Contest,
    accessOf: (table: string) => Access | undefined,
    isClaimed: (access: Access, view: RowView) => boolean,
    state: Pick<State, "look" | "weigh">,
  ) {
    this.#db = db;
    this.#hasher = hasher;
    this.#identities = identities;
    this.#asCaptured = asCaptured;
    this.#refused = refused;
    this.#hidden = hidden;
    this.#contest = contest;
    this.#accessOf = accessOf;
    this.#isClaimed = isClaimed;
    this.#state = state;
  }

  /** `now` in Unix milliseconds: from then on refused rows wait. Rows of tables that this file lacks are passed over. */
  show(
    pages: Iterable<readonly (PlannedRow | ChangedRow)[]>,
    now: number,
  ): { shown: number; refused: number } {
    this.#now = now;
    this.#shown = 0;
    this.#refusals = 0;
    for (const page of pages) for (const rows of runsOf(page)) this.#showRun(rows);
    return { shown: this.#shown, refused: this.#refusals };
  }

  /** Rows of one table. */
  #showRun(planned: readonly (PlannedRow | ChangedRow)[]): void {
    const access = this.#accessOf(planned[0]!.table);
    if (access === undefined) return;
    const keys = this.#identities.keysOf(access.table.id, planned);
    const isHeldBack = (uid: Uid) => this.#refused.has(uid) || this.#hidden.has(uid);
    const whole = wholeRows(access, planned, keys, isHeldBack, this.#state);
    const rows = this.#withOurLatest(whole, adoptedRows(access, whole, keys));
    const inserts: RowView[] = [];
    for (const [i, { uid, view, here }] of rows.entries()) {
      const key = keys[i];
      if (view === undefined) this.#hide(access, uid, key);
      else if (this.#isClaimed(access, view)) continue;
      else if (key !== undefined && this.#stamp(access, key, view)) continue;
      else if (key === undefined || !this.#update(access, key, view, here)) inserts.push(view);
    }
    this.#insert(access, inserts);
  }

  /** What this node adopted later than others is written by it, and so it stays. */
  #withOurLatest(rows: readonly WholeRow[], adopted: readonly FoundRow[]): readonly WholeRow[] {
    if (adopted.length === 0) return rows;
    const latest = new Map(this.#state.weigh(adopted).rows.map((row) => [uidText(row.uid), row]));
    return latest.size === 0 ? rows : rows.map((row) => latest.get(uidText(row.uid)) ?? row);
  }

  #hide(access: Access, uid: Uid, key: LocalKey | undefined): void {
    if (key !== undefined) this.#delete(access, uid, key);
    this.#settled(access, uid);
  }

  #delete({ table, writer }: Access, uid: Uid, key: LocalKey): void {
    writer.delete(key);
    this.#identities.remove(table.id, key);
    this.#hidden.release(uid);
    this.#shown++;
  }

  /**
   * A row that holds what its batch says, as whoever captured it knows, needs its stamp alone. Any other is compared, and so is
   * one whose stamp the file does not take.
   */
  #stamp({ table, writer }: Access, key: LocalKey, view: RowView): boolean {
    const isAsCaptured = this.#asCaptured.take(table.id, key);
    if (!isAsCaptured || view.slots === undefined || !writer.stamp(key, view)) return false;
    this.#settled({ table }, view.uid);
    this.#hidden.release(view.uid);
    this.#shown++;
    return true;
  }

  /** Whether the row is there at all. */
  #update(access: Access, key: LocalKey, view: RowView, read?: ArchiveRow): boolean {
    const here = read ?? access.reader.one(key);
    if (here === undefined) {
      this.#identities.remove(access.table.id, key);
      return false;
    }
    let wrote = false;
    const write = (replace = false): void => {
      wrote = access.writer.update(here, view, replace);
    };
    const refusal = attempt(write);
    if (refusal === undefined) {
      this.#settled(access, view.uid);
      this.#hidden.release(view.uid);
    } else {
      const outcome = this.#contested(access, view, refusal, () => write(true));
      if (outcome === "lost") this.#delete(access, view.uid, key);
      wrote = outcome === "won";
    }
    if (wrote) this.#shown++;
    return true;
  }

  #insert(access: Access, views: readonly RowView[]): void {
    if (views.length === 0) return;
    let accepted: { key: LocalKey; uid: Uid }[] = [];
    const identify = (): void => {
      this.#identities.add(access.table.id, accepted);
      this.#shown += accepted.length;
      accepted = [];
    };
    for (const { key, view } of this.#withKeys(access, views)) {
      const refusal = access.writer.insert(key, view);
      if (refusal === undefined) this.#settled(access, view.uid);
      else {
        identify();
        const outcome = this.#contested(access, view, refusal, () => access.writer.replace(key, view));
        if (outcome !== "won") continue;
      }
      accepted.push({ key, uid: view.uid });
    }
    identify();
  }

  /** What becomes of a row that the file refuses at first. */
  #contested(
    access: Access,
    view: RowView,
    refusal: Refusal,
    replace: () => void,
  ): "won" | "lost" | "refused" {
    const outcome = refusal.isTaken ? this.#contest.decide(access, view, replace) : "unknown";
    if (outcome === "unknown") {
      this.#refuse(access, view.uid, refusal.reason);
      return "refused";
    }
    this.#refused.remove(view.uid);
    return outcome;
  }

  /** The row is as it shall be. */
  #settled({ table }: Pick<Access, "table">, uid: Uid): void {
    this.#refused.remove(uid);
    this.#hidden.remove(table.id, uid);
  }

  #withKeys(access: Access, views: readonly RowView[]): readonly Allocated[] {
    const { table } = access;
    const { naturalKey } = table;
    if (naturalKey === undefined) return allocateKeys(this.#db, table, views);
    return views.flatMap((view) => {
      const key = ownKey(table, naturalKey, view, this.#hasher);
      if (key !== undefined) return [{ key, view }];
      this.#refuse(access, view.uid, "its author gave it a uid that is not its key's");
      return [];
    });
  }

  #refuse({ table }: Access, uid: Uid, reason: string): void {
    this.#refused.add(table.id, uid, reason, this.#now);
    this.#refusals++;
  }
}

/** Parts of a page that are of one table each, in order. */
function* runsOf<Row extends RowKey>(page: readonly Row[]): Iterable<readonly Row[]> {
  for (let from = 0; from < page.length; ) {
    const { table } = page[from]!;
    let to = from + 1;
    while (to < page.length && page[to]!.table === table) to++;
    yield from === 0 && to === page.length ? page : page.slice(from, to);
    from = to;
  }
}
