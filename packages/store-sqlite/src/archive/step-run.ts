import type { Uid } from "@jarvis-crdt/crdt";
import { nothingCaptured } from "../state/state.ts";
import { reportOf } from "./capture-report.ts";
import { dataVersion } from "./data-version.ts";
import type { Exchange } from "./exchange.ts";
import { suspendForeign } from "./foreign-triggers.ts";
import { readMarker } from "./marker.ts";
import type { OpenArchive } from "./open-archive.ts";
import { beginWrites, changedBy, commitArchive, endWrites, trimOutbox } from "./own-transaction.ts";

/** What a run does instead of showing the worklist. */
export interface Step {
  /** Archive and state do not belong together yet: what the application saw of a row is known of its first values only. */
  readonly isRewound: boolean;
  /** Whether the file, locked now, is still the one that the step is about. */
  readonly isCurrent: () => boolean;
  /** Returns the nonce that the archive shall carry; undefined: that of a new plan. */
  readonly do: (
    limit: number,
    captured: readonly { readonly table: number; readonly uid: Uid }[],
  ) => string | undefined;
  readonly committed: () => void;
  readonly failed: () => void;
}

/** Rows of the first step, and of any. */
const firstStepRows = 200;
const mostStepRows = 2_000;
const fewestStepRows = 50;
/** How long the archive should be locked by a step, in ms. */
const stepMs = 80;

/**
 * Runs that capture as every run does, and then do something else than showing the worklist, in the same transaction. How
 * many rows a step looks at follows from how long the last ones took.
 */
export class StepRun {
  readonly #archive: OpenArchive;
  #rows = firstStepRows;

  constructor(archive: OpenArchive) {
    this.#archive = archive;
  }

  run(step: Step): Exchange {
    const { db, state, node, tables, identities, asCaptured, leftovers, hidden, outbox, pace, totals } =
      this.#archive;
    db.exec("BEGIN IMMEDIATE");
    const begin = performance.now();
    try {
      pace.notice(dataVersion(db));
      if (!tables.isCurrent || !step.isCurrent()) {
        db.exec("ROLLBACK");
        return { outcome: "busy" };
      }
      const read = outbox.read();
      const { drain, fold, captured, added, keys } = read;
      asCaptured.forget();
      for (const uid of changedBy(fold)) hidden.release(uid);
      if (drain.entries.length > 0) {
        const { isRewound } = step;
        state.plan({
          nonce: this.#archive.nonce(),
          captured: { ...captured, isRewound },
          maxRows: 0,
          also: [],
        });
      }
      beginWrites(db);
      identities.assign(keys);
      leftovers.follow(drain.entries);
      trimOutbox(db, drain);
      const { shown, refused } = totals;
      const resume = drain.cut ? undefined : suspendForeign(db, tables.foreign);
      const nonce = drain.cut
        ? readMarker(db).nonce
        : step.do(
            this.#rows,
            added.filter(({ fresh }) => fresh === "own"),
          );
      resume?.();
      const last = nonce ?? this.#archive.nonce();
      if (nonce === undefined) state.plan({ nonce: last, captured: nothingCaptured, maxRows: 0, also: [] });
      endWrites(db, node, last, drain);
      tables.keep();
      commitArchive(db);
      if (!drain.cut) step.committed();
      const lockedMs = performance.now() - begin;
      this.#rows = nextStep(this.#rows, lockedMs);
      if (nonce === undefined) state.confirm();
      return {
        outcome: "done",
        ...reportOf(read),
        shown: totals.shown - shown,
        refused: totals.refused - refused,
        more: true,
        otherWriter: pace.otherWriter,
        lockedMs,
      };
    } catch (error) {
      if (db.inTransaction) db.exec("ROLLBACK");
      this.#archive.reload();
      step.failed();
      throw error;
    }
  }
}

function nextStep(rows: number, lockedMs: number): number {
  const affordable = Math.floor((rows * stepMs) / Math.max(1, lockedMs));
  return Math.max(fewestStepRows, Math.min(mostStepRows, rows * 2, affordable));
}
