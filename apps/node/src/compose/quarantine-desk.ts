import { isLogId, type LogId, nodeOf, type Uid } from "@jarvis-crdt/crdt";
import type { ArchiveThread, Oversight, QuarantinedTransaction, RowKey } from "@jarvis-crdt/store-sqlite";
import { readRefused } from "@jarvis-crdt/store-sqlite";
import { ServiceError } from "../service.ts";

/** What is stored here and cannot be used yet, with its reason. `id` names it in commands. */
export type QuarantinedItem =
  | {
      readonly kind: "transaction";
      /** Log and first sequence, "uuid:hex16/seq". */
      readonly id: string;
      readonly author: string;
      readonly operations: number;
      readonly reason: QuarantinedTransaction["reason"];
      readonly detail: string;
      readonly dropped: boolean;
    }
  | {
      readonly kind: "row";
      /** The row's uid, 32 hex digits. */
      readonly id: string;
      readonly table: string;
      readonly reason: "refused";
      readonly detail: string;
      readonly tries: number;
      /** ISO time of the next try. */
      readonly retry_at: string;
    };

export interface QuarantinePage {
  readonly items: readonly QuarantinedItem[];
  /** To be given as `after`; null at the end. */
  readonly next: string | null;
}

export interface QuarantineQuery {
  readonly after?: string | undefined;
  readonly limit: number;
  /** What was dropped, instead of what was not. */
  readonly dropped: boolean;
}

/** Rows that are looked at together. */
const step = 1_000;
const uidPattern = /^[0-9a-f]{32}$/;

/** Transactions that are not interpreted and rows that the archive refuses: one list, transactions first. */
export class QuarantineDesk {
  readonly #oversight: Oversight;
  readonly #archive: Pick<ArchiveThread, "wake">;
  readonly #path: string;

  constructor(oversight: Oversight, archive: Pick<ArchiveThread, "wake">, archivePath: string) {
    this.#oversight = oversight;
    this.#archive = archive;
    this.#path = archivePath;
  }

  /** Throws ServiceError. */
  async list({ after, limit, dropped }: QuarantineQuery): Promise<QuarantinePage> {
    const items: QuarantinedItem[] = [];
    const place = after === undefined || uidPattern.test(after) ? undefined : placeOf(after);
    if (after === undefined || place !== undefined)
      for (const one of this.#oversight.quarantine.list(place, limit, dropped)) items.push(itemOf(one));
    // A row that was dropped is hidden like any other and comes back with "archive unevict".
    if (items.length < limit && !dropped) {
      const from = place === undefined && after !== undefined ? bytesOf(after) : undefined;
      for (const { table, uid, reason, tries, retryAt } of this.#refused(from, limit - items.length))
        items.push({
          kind: "row",
          id: Buffer.from(uid).toString("hex"),
          table,
          reason: "refused",
          detail: reason,
          tries,
          retry_at: new Date(retryAt).toISOString(),
        });
    }
    return { items, next: items.length < limit ? null : items.at(-1)!.id };
  }

  /** Tries everything once more. How many transactions were interpreted, and how many rows are tried. */
  async retry(): Promise<{ readonly transactions: number; readonly rows: number }> {
    let transactions = this.#oversight.retry([]);
    let rows = 0;
    for (let after: Uid | undefined; ; ) {
      const refused: readonly RowKey[] = this.#refused(after, step);
      transactions += this.#oversight.retry(refused);
      rows += refused.length;
      if (refused.length < step) break;
      after = refused.at(-1)!.uid;
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    this.#archive.wake();
    return { transactions, rows };
  }

  /** Hides entries on this node, or lists transactions again. How many that changed. Throws ServiceError. */
  async drop(ids: readonly string[], hide: boolean): Promise<number> {
    const uids = new Set(ids.filter((id) => uidPattern.test(id)));
    if (!hide && uids.size > 0)
      throw new ServiceError("invalid", "a row that was dropped is hidden here; archive unevict shows it");
    const changed = this.#oversight.drop(ids.filter((id) => !uids.has(id)).map(placeOf), hide);
    return changed + (await this.#dropRows(uids));
  }

  async #dropRows(uids: ReadonlySet<string>): Promise<number> {
    const rows: RowKey[] = [];
    for (let after: Uid | undefined; rows.length < uids.size; ) {
      const refused: readonly RowKey[] = this.#refused(after, step);
      rows.push(...refused.filter(({ uid }) => uids.has(Buffer.from(uid).toString("hex"))));
      if (refused.length < step) break;
      after = refused.at(-1)!.uid;
    }
    const hidden = this.#oversight.evict(rows).length;
    if (hidden > 0) this.#archive.wake();
    return hidden;
  }

  #refused(after: Uid | undefined, limit: number) {
    const rows = readRefused(this.#path, after, limit);
    if (rows === undefined)
      throw new ServiceError("not-ready", "another program keeps readers out of the archive; try again");
    return rows;
  }
}

function itemOf({ log, first, last, reason, detail, dropped }: QuarantinedTransaction): QuarantinedItem {
  return {
    kind: "transaction",
    id: `${log}/${first}`,
    author: nodeOf(log),
    operations: last - first + 1,
    reason,
    detail,
    dropped,
  };
}

function placeOf(id: string): { log: LogId; first: number } {
  const slash = id.indexOf("/");
  const [log, first] = [id.slice(0, slash), Number(id.slice(slash + 1))];
  if (slash < 0 || !isLogId(log) || !Number.isSafeInteger(first) || first < 1)
    throw new ServiceError(
      "invalid",
      "an entry is named by its log and sequence, uuid:hex16/seq, or by a row's 32 hex digits",
    );
  return { log, first };
}

function bytesOf(hex: string): Uid {
  return new Uint8Array(Buffer.from(hex, "hex"));
}
