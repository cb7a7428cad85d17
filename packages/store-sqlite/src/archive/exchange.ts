import type { LocalKey } from "./local-key.ts";
import type { Reconciled } from "./reconcile/reconcile.ts";

/** How much one exchange may do. The archive is locked meanwhile. */
export interface Budget {
  /** Rows shown at most. */
  readonly rows: number;
  /** Milliseconds that the lock should last at most; the number of rows is chosen by what the last ones took. */
  readonly ms: number;
}

/** While catching up in a file that somebody else writes too. */
export const shared: Budget = { rows: 5_000, ms: 100 };

/**
 * While catching up in a file that nobody else has written lately. Each run costs the same again, however many rows it
 * shows; a writer who comes now waits this long once, a tenth of what he is prepared to.
 */
export const alone: Budget = { rows: 20_000, ms: 400 };

/** Whether another program writes the file: since the run before, within the last ten seconds, or not. */
export type OtherWriter = "now" | "lately" | "none";

/** What a run took from the outbox. */
export interface CaptureReport {
  /** Outbox entries drained. */
  readonly drained: number;
  /** Of these entries updates of rows that nobody knows yet. */
  readonly unknown: number;
  /** Entries of rows that stay local because a part of their key is NULL, or it is too long. */
  readonly keyless: number;
  /** Operations made of them. */
  readonly captured: number;
  /** Rows that the application deleted and that are hidden here from now on. */
  readonly evicted: number;
  /** There was more than one drain takes: peers may get a transaction in parts. */
  readonly isSplit: boolean;
  /** Rows too large for an operation. They stay as they are in this file, and on this node. */
  readonly unreplicable: readonly {
    readonly table: string;
    readonly key: LocalKey;
    readonly bytes: number;
  }[];
}

/** What one run of rule M did. */
export type Exchange =
  /** Nothing to drain and nothing to show; no lock was taken. */
  | { readonly outcome: "idle" }
  /** Another program holds the lock; nothing happened, try again. */
  | { readonly outcome: "busy" }
  /** What the application wrote is in the state; the archive was not locked, and is not written. */
  | (CaptureReport & {
      readonly outcome: "captured";
      readonly otherWriter: OtherWriter;
      /** Milliseconds that it took. */
      readonly ms: number;
    })
  | (CaptureReport & {
      readonly outcome: "done";
      /** Rows inserted, updated and deleted in the archive. */
      readonly shown: number;
      /** Rows that the archive refused in this run. */
      readonly refused: number;
      /** There may be more to do. */
      readonly more: boolean;
      readonly otherWriter: OtherWriter;
      /** Milliseconds that the archive was locked. */
      readonly lockedMs: number;
      /** RECONCILE ended in this run. */
      readonly reconciled?: Reconciled;
      /** Rows of the archive that no log knew and that were adopted in this run. */
      readonly adopted?: number;
    });
