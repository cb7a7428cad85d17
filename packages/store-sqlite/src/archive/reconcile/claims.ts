import type { Hasher } from "@jarvis-crdt/batch";
import type { Uid } from "@jarvis-crdt/crdt";
import type { Intent } from "@jarvis-crdt/store";
import { nothingCaptured, planBytes, type RowView, sizeOf } from "../../state/state.ts";
import { contentOf } from "../../state/survey.ts";
import type { Access } from "../access.ts";
import type { FileTables } from "../file-tables.ts";
import type { Identities } from "../identities.ts";
import { fitting, greatestRow } from "../large-rows.ts";
import { lookAtAll } from "../look.ts";
import type { ArchiveRow } from "../row-reader.ts";
import type { Leftovers, WaitingRow } from "./leftovers.ts";
import { identificationOf, type PresenceParts, type Present, settlePresent } from "./presence.ts";

export interface ClaimParts extends PresenceParts {
  readonly leftovers: Leftovers;
  readonly tables: FileTables;
  readonly identities: Identities;
  readonly hasher: Hasher;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** What becomes of rows that stand in the archive and that no log knew when it was reconciled. */
export class Claims {
  readonly #parts: ClaimParts;

  constructor(parts: ClaimParts) {
    this.#parts = parts;
  }

  /** Settles the rows that came meanwhile, and adopts others where that is allowed. Returns how many it adopted. */
  settle(limit: number, mayAdopt: boolean): number {
    const { leftovers, tables, identities, state, now, nonce } = this.#parts;
    const next = leftovers.next(limit, !mayAdopt);
    const sizes = next.map(({ table, key }) => tables.byId(table)?.reader.sizeOf(key) ?? 0);
    const waiting = next.slice(0, fitting(sizes, planBytes));
    const here = waiting.flatMap((leftover): Present[] => {
      const access = tables.byId(leftover.table);
      const row = access && this.#rowOf(access, leftover);
      return access && row ? [{ access, row, uid: leftover.uid, isEvicted: false }] : [];
    });
    leftovers.remove(waiting);
    const isKnown = this.#knownOf(here);
    const known = here.filter((_, i) => isKnown[i]);
    const fresh = here.filter(({ row }, i) => !isKnown[i] && sizeOf(row.values) <= greatestRow);
    for (const { access, row, uid } of [...known, ...fresh])
      identities.assign([{ table: access.table.id, key: row.key, uid }]);
    settlePresent(this.#parts, known);
    const at = now();
    const intents = fresh.map(({ access, row, uid }): Intent => {
      const hint = typeof row.key === "number" ? row.key : null;
      return { kind: "row.add", table: access.table.mapping.name, uid, hint, values: row.values, base: true };
    });
    if (intents.length > 0) {
      const captured = { ...nothingCaptured, intents, times: intents.map(() => at) };
      state.plan({ nonce: nonce(), captured, maxRows: 0, also: [] });
    }
    return fresh.length;
  }

  #knownOf(rows: readonly Present[]): readonly boolean[] {
    const keys = rows.map(({ access, uid }) => ({ table: access.table.mapping.name, uid }));
    const isKnown: boolean[] = [];
    for (const seen of lookAtAll(this.#parts.state, keys))
      for (const { view } of seen) isKnown.push(view !== undefined);
    return isKnown;
  }

  /** The row that waits, unless the application has put another one in its place. */
  #rowOf({ reader }: Access, { table, key, uid, hasArrived }: WaitingRow): ArchiveRow | undefined {
    const identity = this.#parts.identities.uidOf(table, key);
    const isStill = hasArrived ? sameUid(identity, uid) : identity === undefined;
    return isStill ? reader.one(key) : undefined;
  }

  /** Whether the row stands in the archive as one that no log knew; then it is that one. */
  isClaimed(access: Access, { uid, values }: RowView): boolean {
    const { leftovers, identities, hasher } = this.#parts;
    const { table } = access;
    const content = () => contentOf(hasher, identificationOf(table), values);
    const leftover = leftovers.find(table.id, uid, content);
    if (leftover === undefined) return false;
    if (this.#rowOf(access, leftover) === undefined) {
      leftovers.remove([leftover]);
      return false;
    }
    leftovers.arrive(leftover, uid);
    identities.assign([{ table: table.id, key: leftover.key, uid }]);
    return true;
  }
}

function sameUid(a: Uid | undefined, b: Uid): boolean {
  return a !== undefined && Buffer.compare(a, b) === 0;
}
