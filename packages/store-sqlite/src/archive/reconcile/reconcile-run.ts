import { adoptionTable } from "../capture.ts";
import { nothingReported } from "../capture-report.ts";
import { entryKind } from "../capture-sql.ts";
import { uncheckedTable } from "../check.ts";
import { disown } from "../disown.ts";
import type { Exchange } from "../exchange.ts";
import { type Marker, readMarker } from "../marker.ts";
import type { OpenArchive } from "../open-archive.ts";
import { commitArchive } from "../own-transaction.ts";
import { StepRun } from "../step-run.ts";
import { Reconcile } from "./reconcile.ts";

const nothingDone = {
  outcome: "done",
  ...nothingReported,
  shown: 0,
  refused: 0,
  more: true,
  lockedMs: 0,
} as const;

/** RECONCILE as runs over the archive: marks the file, surveys the state, goes step by step, and says when it is done. */
export class ReconcileRun {
  readonly #archive: OpenArchive;
  #isNeeded = false;
  #underWay: { readonly work: Reconcile; readonly token: string; readonly steps: StepRun } | undefined;

  constructor(archive: OpenArchive) {
    this.#archive = archive;
  }

  /** Archive and state do not belong together. */
  get isNeeded(): boolean {
    return this.#isNeeded;
  }

  need(): void {
    this.#isNeeded = true;
  }

  /** Begins again if the file does not carry the mark of the one that is under way. */
  notice({ nonce }: Marker): void {
    if (this.#underWay !== undefined && nonce !== this.#underWay.token) this.end();
  }

  /** The next piece of it. It is done when `reconciled` says so. */
  run(): Exchange {
    this.#underWay ??= this.#begin();
    const { work, token, steps } = this.#underWay;
    const { db, pace } = this.#archive;
    if (!work.isSurveyed) {
      work.survey();
      return { ...nothingDone, otherWriter: pace.otherWriter };
    }
    const exchange = steps.run({
      isRewound: true,
      isCurrent: () => readMarker(db).nonce === token,
      do: (limit, captured) => {
        work.step(limit, captured);
        return work.isEnding ? undefined : token;
      },
      committed: () => work.commit(),
      failed: () => work.rollback(),
    });
    if (exchange.outcome !== "done" || !work.isDone) return exchange;
    this.#isNeeded = false;
    const reconciled = work.result;
    this.end();
    return { ...exchange, reconciled };
  }

  end(): void {
    this.#underWay?.work[Symbol.dispose]();
    this.#underWay = undefined;
  }

  /**
   * Marks the archive as being reconciled. From here on no older copy of it can be mistaken for what the state believes,
   * whenever this ends.
   */
  #begin() {
    const archive = this.#archive;
    const { db, state, node } = archive;
    const token = `reconcile ${archive.nonce()}`;
    db.exec("BEGIN IMMEDIATE");
    try {
      disown(state, archive.nonce());
      // Rows marked for a first adoption are recognised like all others.
      db.prepare("DELETE FROM crdt_outbox WHERE kind=?").run(entryKind.adopt);
      db.exec(`DROP TABLE IF EXISTS ${adoptionTable};DROP TABLE IF EXISTS ${uncheckedTable}`);
      db.prepare("UPDATE crdt_marker SET node=?,nonce=?,applying=0").run(node, token);
      commitArchive(db);
    } catch (error) {
      if (db.inTransaction) db.exec("ROLLBACK");
      archive.reload();
      throw error;
    }
    archive.reload();
    const { tables, identities, leftovers, hasher, show, nonce } = archive;
    const work = new Reconcile({ db, state, tables: tables.all, identities, leftovers, hasher, show, nonce });
    return { work, token, steps: new StepRun(archive) };
  }
}
