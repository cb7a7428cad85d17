import type { Dot } from "./dot.ts";
import type { EncodedValues } from "./encoded-values.ts";
import type { LogId } from "./log.ts";
import type { Column } from "./pieces.ts";
import type { Value } from "./value.ts";

/**
 * An operation is one idempotent delta on (object, key). Its dot is not part of it: it follows from the batch
 * (first sequence + index). `stamp` is the HLC that orders concurrent writes; `base` values were adopted from a
 * file, carry no stamp, and lose against every real write.
 *
 * Dots that an operation names (`seen`, `adds`) are all maximal dots its author saw in the cell, in canonical order.
 */
export type Operation =
  | CounterAdd
  | RegisterSet
  | SetAdd
  | SetRemove
  | RowAdd
  | RowSet
  | RowRemove
  | KeyedSet
  | KeyedRemove
  | Piece
  | LogAbandon
  | CounterAgain;

/** The time of an operation for ordering: an HLC, or `base`, which is before all. */
export type Stamp = number | "base";

/** Adds to a counter. */
export interface CounterAdd {
  readonly kind: "counter.add";
  readonly stamp: Stamp;
  readonly object: string;
  /** A safe integer, negative for a decrement. */
  readonly by: number;
}

/** Writes a register, and supersedes the writes that it names. */
export interface RegisterSet {
  readonly kind: "register.set";
  readonly stamp: Stamp;
  readonly object: string;
  readonly value: Value;
  readonly seen: readonly Dot[];
}

/** Adds an element, and supersedes the adds of it that it names. */
export interface SetAdd {
  readonly kind: "set.add";
  readonly stamp: Stamp;
  readonly object: string;
  readonly element: Value;
  readonly seen: readonly Dot[];
}

/** Removes the adds of an element that it names. */
export interface SetRemove {
  readonly kind: "set.remove";
  readonly stamp: Stamp;
  readonly object: string;
  readonly element: Value;
  readonly seen: readonly Dot[];
}

/** Sixteen bytes that name a row on every node. */
export type Uid = Uint8Array;

/** A row appears, with the first value of every column of every group, in the order of the batch's schema. */
export interface RowAdd {
  readonly kind: "row.add";
  readonly stamp: Stamp;
  /** Index of the table in the batch's schema. */
  readonly table: number;
  readonly uid: Uid;
  /** The author's local key, kept by a receiver where it is free; null where there is none. */
  readonly hint: number | null;
  readonly values: readonly Column[];
}

/** A `row.add` that is written and not read: its values are bytes already. */
export interface EncodedRowAdd extends Omit<RowAdd, "values"> {
  readonly values: EncodedValues;
}

/** One column group of a row gets new values. `adds` are the row's live adds, `seen` the group's maximal dots. */
export interface RowSet {
  readonly kind: "row.set";
  readonly stamp: Stamp;
  readonly table: number;
  readonly uid: Uid;
  /** Index of the group in the table's schema. */
  readonly group: number;
  readonly adds: readonly Dot[];
  readonly seen: readonly Dot[];
  readonly values: readonly Column[];
}

/** A row disappears. `adds` are all dots of the row its author saw: its live adds and the maximal dots of its groups. */
export interface RowRemove {
  readonly kind: "row.remove";
  readonly stamp: Stamp;
  readonly table: number;
  readonly uid: Uid;
  readonly adds: readonly Dot[];
}

/** One key of a keyed object, which has a register under each of its keys, gets a new value. */
export interface KeyedSet {
  readonly kind: "keyed.set";
  readonly stamp: Stamp;
  readonly object: string;
  readonly key: Value;
  readonly value: Value;
  readonly seen: readonly Dot[];
}

/** The writes of one key that its author saw disappear. */
export interface KeyedRemove {
  readonly kind: "keyed.remove";
  readonly stamp: Stamp;
  readonly object: string;
  readonly key: Value;
  readonly seen: readonly Dot[];
}

/**
 * Some bytes of a value that is too long for the operation that carries it, which comes after all its pieces, in the same
 * transaction, with nothing else between. By itself it means nothing.
 */
export interface Piece {
  readonly kind: "piece";
  /** As that of the operation. */
  readonly stamp: Stamp;
  readonly bytes: Uint8Array;
}

/**
 * What an earlier log of the author holds from some operation on counts no more: it was written twice, or by a clock that was
 * ahead. What of it is minted anew follows in the same log; everything about it is in one transaction.
 */
export interface LogAbandon {
  readonly kind: "log.abandon";
  readonly stamp: Stamp;
  /** Another log than the operation's own, of the same author. */
  readonly abandoned: LogId;
  /** The first sequence that does not count. */
  readonly from: number;
  readonly proof: AbandonProof;
  /** Batches that are minted anew, operation by operation. */
  readonly anew: readonly AnewBatch[];
}

/**
 * Header and signature of two different batches of one number in an abandoned log, or of one that is stamped further ahead
 * of the operation than clocks may differ; at `from` or later.
 */
export type AbandonProof = readonly [SignedHeader, SignedHeader] | readonly [SignedHeader];

/** A batch's header and what proves who wrote it. */
export interface SignedHeader {
  /** As it was signed. 198 bytes. */
  readonly header: Uint8Array;
  /** 64 bytes. */
  readonly signature: Uint8Array;
}

/** A batch that was void, and where its operations stand now. */
export interface AnewBatch {
  /** Id of the batch as it was. 32 bytes. */
  readonly batch: Uint8Array;
  /** Sequence of its first operation in the log of the one that says so. */
  readonly first: number;
}

/** An increment that is minted anew: it counts once, however many say it. */
export interface CounterAgain {
  readonly kind: "counter.again";
  readonly stamp: Stamp;
  readonly object: string;
  readonly by: number;
  /** Which increment of the author it is: eight bytes. */
  readonly origin: Uint8Array;
}

/** An operation without the values of its row: all that a cell needs to know. */
export type Outline =
  | Exclude<Operation, RowAdd | RowSet | Piece>
  | RowAddOutline
  | RowSetOutline
  | PieceOutline;

/** A `row.add` without its values. */
export interface RowAddOutline extends Omit<RowAdd, "hint" | "values"> {
  /** How many values there are. */
  readonly columns: number;
  /** Bytes of each of those that stand in pieces, in order; absent where none does. */
  readonly pieced?: readonly number[];
}

/** A `row.set` without its values; `columns` and `pieced` as in `RowAddOutline`. */
export interface RowSetOutline extends Omit<RowSet, "values"> {
  readonly columns: number;
  readonly pieced?: readonly number[];
}

/** A piece of a long value without its bytes. */
export interface PieceOutline extends Omit<Piece, "bytes"> {
  /** Bytes. */
  readonly length: number;
}
