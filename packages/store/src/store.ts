import type { Batch, BatchHeader, Envelope } from "@jarvis-crdt/batch";
import type {
  Dot,
  EncodedValues,
  Frontier,
  FrontierEntry,
  LogId,
  NodeId,
  Schema,
  Stamp,
  Uid,
  Value,
} from "@jarvis-crdt/crdt";
import type { Collected, CollectRequest, Stretch } from "./collection/collect.ts";
import type { ObjectType } from "./engine/object.ts";
import type { Spent, SpentHere } from "./engine/spent.ts";

/**
 * What a replica needs from a durable store. Every method that changes something does so in one transaction, and when
 * its promise resolves the change is durable. Methods may be called concurrently; the store orders them.
 */
export interface Store {
  readonly node: NodeId;
  /** Cluster id, 16 bytes. */
  readonly cluster: Uint8Array;

  /** Turns intents into operations of this node's log, signs, stores and interprets them, all or nothing. */
  commit(transaction: Transaction): Promise<Committed>;

  /**
   * Stores verified batches and interprets every transaction that can be interpreted. Batches already stored are
   * passed over silently. A batch that does not continue its log is refused, with all after it of the same log.
   * Of a transaction of hollow batches nothing acts and nothing lives; one with both kinds waits until it is known
   * to be spent. Durable when it resolves.
   */
  apply(batches: readonly Batch[]): Promise<Applied>;

  /** How far each log is stored that counts. */
  frontier(): Promise<Frontier>;
  /** Batches of `log` after sequence `after`, in order, until `maxBytes` of bodies are reached; at least one if any. */
  read(log: LogId, after: number, maxBytes: number): Promise<readonly Envelope[]>;
  /** The header of the last stored batch of a log: what verification of the next one needs. */
  head(log: LogId): Promise<LogHead | undefined>;

  /** Logs of which the rest does not count, because they were written twice. */
  voids(): Promise<readonly VoidLog[]>;
  /**
   * What somebody else holds of a log of this node, verified and in order, beginning after a batch that both have. Where
   * that proves that the log was written twice it is abandoned, and everything in both branches is minted anew. Returns
   * whether anything was.
   */
  heal(log: LogId, shown: readonly Batch[]): Promise<boolean>;
  /**
   * Batches of `log`, whether they count or not, after the last of `points` (in order) that is stored here as it says,
   * or from the first batch on; as `read` otherwise.
   */
  branch(log: LogId, points: readonly FrontierEntry[], maxBytes: number): Promise<readonly Envelope[]>;
  /** Some ends of stored batches of a log, whether they count or not, ascending: what a `branch` elsewhere begins after. */
  points(log: LogId): Promise<readonly FrontierEntry[]>;

  /** What of a log is spent here after a sequence, as far as one answer goes. */
  spent(log: LogId, after: number): Promise<SpentHere>;
  /** What lives here and may have been removed by what was taken hollow; undefined where nothing is in doubt. */
  doubts(): Promise<Doubts | undefined>;
  /** Lets fall what two members call spent, or one where there are no more. Returns how many operations fell. */
  wither(log: LogId, spent: Spent): Promise<number>;
  /** Everything was compared that these doubts were about. */
  settle(doubts: Doubts): Promise<void>;
  /**
   * The clock is known to be right: what logs of this node hold that it stamped further ahead than clocks may differ is
   * abandoned, and minted anew. Returns whether there was any. O(1) where there is none.
   */
  abandonFuture(): Promise<boolean>;

  /**
   * Throws the operations of whole transactions away of which nothing lives, one page of work a call; their headers stay. What
   * may go as far as others are concerned the caller knows. Nothing is lost when it is interrupted.
   */
  collect(request: CollectRequest): Promise<Collected>;
  /** Up to where each log is interpreted without a gap, and after what nothing of that was taken hollow. */
  interpreted(): Promise<ReadonlyMap<LogId, Stretch>>;
  /** What the batches of a log weigh here that begin after `after` and up to `through`. O(these batches). */
  weight(log: LogId, after: number, through: number): Promise<LogWeight>;

  /** Nodes of which a certificate is stored. */
  authors(): Promise<readonly NodeId[]>;
  /** DER of the certificates of a node, newest first; kept for ever. */
  certificates(node: NodeId): Promise<readonly Uint8Array[]>;
  putCertificate(node: NodeId, der: Uint8Array): Promise<void>;
  /** Canonical bytes of a schema by its 32-byte id; kept for ever. */
  schema(id: Uint8Array): Promise<Uint8Array | undefined>;
  putSchema(id: Uint8Array, bytes: Uint8Array): Promise<void>;

  counter(object: string): Promise<number | undefined>;
  register(object: string): Promise<RegisterState | undefined>;
  set(object: string): Promise<readonly Value[] | undefined>;
  row(uid: Uid): Promise<RowState | undefined>;
  /** The live cells of an object; none where nobody wrote it. O(its cells), or of one key O(1). */
  cells(object: ObjectName, key?: Value): Promise<readonly ObjectCell[]>;
  /**
   * Objects that somebody wrote, tables apart, sorted by name and type. With a `name` the object of that name and what
   * is directly below it, each once: names of parts are joined by `partMark`, and are cut before the next one.
   */
  objects(name?: string): Promise<readonly ObjectName[]>;

  digest(): Promise<Digest>;
  counts(): Promise<Counts>;

  /** Calls `listener` after each change of the frontier that is durable, with the logs that advanced. Returns how to stop. */
  subscribe(listener: (advanced: readonly LogId[]) => void): () => void;
  close(): Promise<void>;
}

/** A log of which a part does not count. */
export interface VoidLog {
  readonly log: LogId;
  /** The first sequence that does not count. */
  readonly from: number;
  /** Operations that are stored here and do not count. */
  readonly operations: number;
  /** Whether some of them were not minted anew yet, as far as is known here. */
  readonly isUnsettled: boolean;
  /** `fork`: two histories of the log exist · `clock-ahead`: its author's clock was ahead. */
  readonly reason: "fork" | "clock-ahead";
  /** The author's operation that says so. */
  readonly by: Dot;
}

/** Parts of logs to be compared with what others hold. */
export interface Doubts {
  readonly logs: readonly { readonly log: LogId; readonly through: number }[];
  /** Of which state of the store they are. */
  readonly causes: number;
}

/** What a stretch of a log takes up. */
export interface LogWeight {
  readonly batches: number;
  /** Of those the ones without a body, because nothing of them lives. */
  readonly hollow: number;
  /** Of bodies and leaf hashes, as they are stored. */
  readonly bytes: number;
}

/** The last batch of a log: its id, 32 bytes, and header. */
export interface LogHead {
  readonly id: Uint8Array;
  readonly header: BatchHeader;
}

/** What a caller wants; the store reads the cells in the same transaction and names the dots it saw. */
export type Intent =
  | { readonly kind: "counter.add"; readonly object: string; readonly by: number }
  | { readonly kind: "register.set"; readonly object: string; readonly value: Value }
  | { readonly kind: "set.add"; readonly object: string; readonly element: Value }
  | { readonly kind: "set.remove"; readonly object: string; readonly element: Value }
  | {
      readonly kind: "keyed.set";
      readonly object: string;
      readonly key: Value;
      readonly value: Value;
    }
  | { readonly kind: "keyed.remove"; readonly object: string; readonly key: Value }
  /** Under a key of its own, which sorts by time and author. */
  | { readonly kind: "keyed.append"; readonly object: string; readonly value: Value }
  | {
      readonly kind: "row.add";
      readonly table: string;
      readonly uid: Uid;
      readonly hint: number | null;
      /** By the store's own schema: all groups' columns in order. */
      readonly values: readonly Value[];
      /** Adopted from a file: loses against every real write. */
      readonly base?: boolean;
    }
  | {
      readonly kind: "row.set";
      readonly table: string;
      readonly uid: Uid;
      readonly group: string;
      readonly values: readonly Value[];
    }
  | { readonly kind: "row.remove"; readonly table: string; readonly uid: Uid };

/** What another program wrote, as it comes from where it was read: the values of a new row may be bytes already. */
export type CapturedIntent =
  | Intent
  | (Omit<Extract<Intent, { kind: "row.add" }>, "values"> & { readonly values: EncodedValues });

/** Changes that act together or not at all. */
export interface Transaction {
  readonly intents: readonly Intent[];
  /** Unix milliseconds at which each intent happened; absent: now. Non-decreasing. */
  readonly times?: readonly number[];
}

/** A transaction of a program that was captured, or of anybody else. */
export interface CapturedTransaction extends Omit<Transaction, "intents"> {
  readonly intents: readonly CapturedIntent[];
}

/** What became of a transaction. */
export interface Committed {
  /** Dot of each intent, in order; null where it had no effect (removing what is not there). */
  readonly dots: readonly (Dot | null)[];
  /** Into how many transactions it was cut, because beyond 256 MiB none is kept whole: 1, or 0 without effect. */
  readonly transactions?: number;
}

/** What became of batches that were given to a store. */
export interface Applied {
  /** Batches stored by this call. */
  readonly stored: number;
  readonly operations: number;
  /** Batches that do not continue their log as stored. */
  readonly refused: readonly { readonly log: LogId; readonly first: number; readonly reason: string }[];
}

/** A register as it reads now. */
export interface RegisterState {
  readonly value: Value;
  readonly dot: Dot;
  /** Maximal dots; more than one is an open conflict. */
  readonly siblings: number;
}

/** An object that is no table. */
export interface ObjectName {
  readonly type: Exclude<ObjectType, "table">;
  readonly name: string;
}

/** What one cell of a named object holds. */
export type ObjectCell =
  | { readonly type: "counter"; readonly log: LogId; readonly sum: number }
  | { readonly type: "set"; readonly element: Value; readonly dots: readonly Dot[] }
  | RegisterOfObject<"register">
  | RegisterOfObject<"keyed">;

/** One key of an object, and what is written there. */
export interface RegisterOfObject<T extends ObjectType> {
  readonly type: T;
  /** null of a register, which has one cell. */
  readonly key: Value;
  readonly entries: readonly WrittenValue[];
}

/** A write that no other has seen. */
export interface WrittenValue {
  readonly dot: Dot;
  readonly stamp: Stamp;
  readonly value: Value;
}

/** A row as it reads now; `values` by column, `conflicts` how many of its groups have siblings. */
export interface RowState {
  readonly table: string;
  readonly uid: Uid;
  /** The dot of the row's first live add in canonical order. */
  readonly dot: Dot;
  readonly values: ReadonlyMap<string, Value>;
  readonly conflicts: number;
}

/** A summary of all cells, by which states are compared. */
export interface Digest {
  /** 32 bytes; equal on nodes with equal state. */
  readonly digest: Uint8Array;
  /** Live table rows. */
  readonly rows: number;
  /** Live cells of all objects. */
  readonly cells: number;
}

/** How much a store holds. */
export interface Counts {
  readonly rows: number;
  readonly operations: number;
  readonly batches: number;
  /** Transactions stored and not interpreted yet. */
  readonly quarantined: number;
  /** Open conflicts: cells with siblings whose values differ. */
  readonly conflicts: number;
}

/** What a store is given; every effect on the outside is an argument. */
export interface StoreContext {
  readonly node: NodeId;
  readonly cluster: Uint8Array;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
  /** Why nothing may be minted now, in a sentence; undefined where it may. Commits are refused with it. */
  readonly refusal?: () => string | undefined;
  /** Operations after which a batch is closed, 1 to 65,536; 1000 unless given. */
  readonly batchOperations?: number;
  /** Schema of this node's own rows; `undefined` where it holds none. */
  readonly schema: Schema | undefined;
}
