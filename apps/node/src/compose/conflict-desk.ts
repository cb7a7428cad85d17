import { type Dot, hlcTime, nodeOf, type Stamp, type Value } from "@jarvis-crdt/crdt";
import { StoreError } from "@jarvis-crdt/store";
import type { ConflictRecord, OpenConflict, Oversight } from "@jarvis-crdt/store-sqlite";
import { ServiceError } from "../service.ts";

/** A concurrent write, without what it says. */
export interface WriteName {
  readonly dot: Dot;
  readonly author: string;
  /** ISO time by its author's clock; null for a value adopted from a file. */
  readonly at: string | null;
}

export interface ConflictSummary {
  /** 32 hex digits, the same on every node that has the same writes. */
  readonly id: string;
  readonly object: string;
  /** Of a row, else null. */
  readonly uid: string | null;
  /** Of keyed registers, else undefined. */
  readonly key: Value | undefined;
  /** The column group; null for a register or a whole row. */
  readonly group: string | null;
  readonly rule: string;
  /** The shown one first. */
  readonly writes: readonly WriteName[];
}

export interface ConflictDetail extends Omit<ConflictSummary, "writes"> {
  /** The shown one first; a row that another one hides has no values to choose from. */
  readonly writes: readonly (WriteName & { readonly values: ReadonlyMap<string, Value> | undefined })[];
}

export interface ConflictPage<T> {
  readonly items: readonly T[];
  /** To be given as `after`; null at the end. */
  readonly next: string | null;
}

/** Conflicts that are looked through before others get their turn. */
const step = 500;

/** The open conflicts of a node, and the history of all. */
export class ConflictDesk {
  readonly #oversight: Oversight;

  constructor(oversight: Oversight) {
    this.#oversight = oversight;
  }

  /** `after` is a conflict's id. Throws ServiceError. */
  async list(after: string | undefined, limit: number): Promise<ConflictPage<ConflictSummary>> {
    const from = after === undefined ? undefined : await this.#find(after);
    const page = this.#oversight.openConflicts.page(from?.place, limit);
    const last = page.at(-1);
    return { items: page.map(summaryOf), next: page.length < limit || !last ? null : hex(last.id) };
  }

  async show(id: string): Promise<ConflictDetail> {
    const conflict = await this.#find(id);
    const siblings = this.#oversight.openConflicts.siblings(conflict);
    const { writes, ...summary } = summaryOf(conflict);
    return { ...summary, writes: writes.map((write, i) => ({ ...write, values: siblings[i]?.values })) };
  }

  /** The latest first. */
  async records(before: number | undefined, limit: number): Promise<readonly ConflictRecord[]> {
    return this.#oversight.conflictRecords.list(before, limit);
  }

  /** Closes an open conflict in favour of a write; 0 is the shown one. */
  async settle(id: string, write: number): Promise<Dot> {
    const conflict = await this.#find(id);
    return orInvalid(() => this.#oversight.settle(conflict, write));
  }

  /** Writes the value again that a record keeps. */
  async restore(record: number, which: number): Promise<Dot> {
    const found = this.#oversight.conflictRecords.get(record);
    if (found === undefined) throw new ServiceError("not-found", "there is no record of this number");
    return orInvalid(() => this.#oversight.restore(found, which));
  }

  /** O(open conflicts): their ids are hashes, so that they are the same everywhere. */
  async #find(id: string): Promise<OpenConflict> {
    for (let page: readonly OpenConflict[] = []; ; ) {
      page = this.#oversight.openConflicts.page(page.at(-1)?.place, step);
      const found = page.find((one) => hex(one.id) === id);
      if (found !== undefined) return found;
      if (page.length < step)
        throw new ServiceError(
          "not-found",
          "no open conflict has this id; it may have been settled, or changed",
        );
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }
}

function summaryOf(conflict: OpenConflict): ConflictSummary {
  const { id, object, uid, key, group, rule, dots } = conflict;
  return {
    id: hex(id),
    object,
    uid: uid === undefined ? null : hex(uid),
    key,
    group: group ?? null,
    rule,
    writes: dots.map(({ dot, stamp }) => ({ dot, author: nodeOf(dot.log), at: timeOf(stamp) })),
  };
}

function timeOf(stamp: Stamp): string | null {
  return stamp === "base" ? null : new Date(hlcTime(stamp)).toISOString();
}

function orInvalid<T>(body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (error instanceof StoreError && error.code !== "closed")
      throw new ServiceError("invalid", error.message);
    throw error;
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
