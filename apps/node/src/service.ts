import type { Configuration } from "@jarvis-crdt/config";
import type { Dot, Frontier, Incarnation, NodeId, Uid, Value } from "@jarvis-crdt/crdt";
import type { Exchanged, KnownMember, Objects } from "@jarvis-crdt/replica";
import type { Counts, Digest, DigestPart, RegisterState, VoidLog } from "@jarvis-crdt/store";
import type { NamedCell } from "@jarvis-crdt/store-sqlite";
import type { Logger } from "pino";
import type { CollectionDesk } from "./compose/collection-desk.ts";
import type { ConflictDesk } from "./compose/conflict-desk.ts";
import type { QuarantineDesk } from "./compose/quarantine-desk.ts";
import type { BatchPlace, Repaired } from "./compose/repair-desk.ts";
import type { Trouble } from "./compose/troubles.ts";
import type { WhyDesk } from "./why/why-desk.ts";

/**
 * What a running node offers to its HTTP interface. Names that nobody has written, unknown uids and unknown peers give
 * `undefined`. What input can cause is thrown as a ServiceError; anything else that is thrown counts as a bug.
 */
export interface NodeService {
  /** Whether writes are taken. While false, writes are answered "not-ready". */
  readonly ready: boolean;
  /** Whether the certificate lets this node write. While false, what others would have to take is answered "forbidden". */
  readonly mayWrite: boolean;

  status(): Promise<Status>;
  digest(): Promise<Digest & { readonly frontier: Frontier }>;

  /** Parts of the digest's tree, for comparing with another node. */
  digestParts(paths: readonly string[]): Promise<readonly DigestPart[]>;
  /** Which cells have these names in the digest's tree. O(cells). */
  cellsNamed(names: readonly Uint8Array[]): Promise<readonly NamedCell[]>;

  /** Resolves once the entry is durable. */
  createEntry(entry: NewRow | NewOperation): Promise<CreatedEntry>;
  getEntry(uid: Uid): Promise<Entry | undefined>;

  /** Shows rows again that the application deleted here, and that other nodes still have. How many. */
  unevict(which: EvictedRows): Promise<number>;
  /** Makes rows of the archive that no log knows rows of this node, now and from now on. Returns how many wait. */
  adoptLeftovers(): Promise<number>;

  /** Adds to a counter and returns its value. Durable when it resolves, as are all writes. */
  addToCounter(name: string, by: number): Promise<number>;
  /** Adds to several counters, together with whatever others add meanwhile, and returns their values. */
  addToCounters(sums: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, number>>;
  getCounter(name: string): Promise<number | undefined>;

  putRegister(name: string, value: Value): Promise<RegisterState>;
  getRegister(name: string): Promise<RegisterState | undefined>;

  /** Removes, then adds, in one transaction, and returns the elements. */
  changeSet(name: string, add: readonly Value[], remove: readonly Value[]): Promise<readonly Value[]>;
  getSet(name: string): Promise<readonly Value[] | undefined>;

  /** Objects of every type by their names. */
  readonly objects: Pick<Objects, "list" | "read" | "update">;

  /** What is stored and not usable yet. */
  readonly quarantine: Pick<QuarantineDesk, "list" | "retry" | "drop">;
  /** Concurrent writes whose values differ. */
  readonly conflicts: Pick<ConflictDesk, "list" | "show" | "records" | "settle" | "restore">;

  /** Logs of which a part does not count. */
  voids(): Promise<readonly VoidLog[]>;

  /** How far old history may go, and who holds it back. */
  readonly collection: Pick<CollectionDesk, "standing" | "run" | "leaseMs" | "isOn">;

  /** Puts batches back that the disk damaged, as connected peers have them. */
  repair(places: readonly BatchPlace[]): Promise<Repaired>;

  /** Why not everything is everywhere. */
  readonly why: Pick<WhyDesk, "everything" | "about">;

  /** Has both this node and a peer store what the other has now, whatever the mode. */
  sync(node: NodeId): Promise<Exchanged | undefined>;
  /** Closes the sessions with a peer and opens none until `connect`. */
  disconnect(node: NodeId): Promise<PeerStatus | undefined>;
  connect(node: NodeId): Promise<PeerStatus | undefined>;

  /** Builds the node anew by its configuration file. Throws a ServiceError where that cannot be used. */
  reload(): Promise<void>;
}

/** What `compose` builds: everything but being built anew. */
export type ComposedNode = Omit<RunningNode, "reload">;

/** A running node: what `compose` builds and `main` runs. */
export interface RunningNode extends NodeService {
  readonly node: NodeId;
  /** "host:port" on which peers are accepted, with the real port; undefined where `network.enabled` is false. */
  readonly peerAddress: string | undefined;
  /** Ends all sessions and closes the files. Nothing that was acknowledged is lost. */
  close(): Promise<void>;
}

/** Builds a running node from its configuration. Rejects with a typed error where the outside is at fault. */
export type Compose = (configuration: Configuration, logger: Logger) => Promise<ComposedNode>;

/** One row of a replicated table, by column. */
export interface NewRow {
  readonly table: string;
  readonly values: ReadonlyMap<string, Value>;
}

/** Some of the rows that are hidden on this node; all of them, unless told otherwise. */
export interface EvictedRows {
  readonly table?: string | undefined;
  readonly uids?: readonly Uid[] | undefined;
}

/** One operation in the words of the plan (§6.1). */
export interface NewOperation {
  readonly operation: string;
  readonly inputData: Value;
  readonly outputData: Value;
  readonly metadata: Value;
}

export interface CreatedEntry {
  readonly uid: Uid;
  /** Local id of the row in the archive; null where it has none (yet). */
  readonly id: number | bigint | null;
  readonly dot: Dot;
}

export interface Entry extends CreatedEntry {
  /** By the mapping of operations to types, such as "or_set". */
  readonly crdtType: string;
  readonly values: ReadonlyMap<string, Value>;
}

export interface Status {
  readonly node: NodeId;
  /** null until the first write of this process where it needs a new one. */
  readonly incarnation: Incarnation | null;
  /** Name or id of the cluster, as people know it. */
  readonly cluster: string;
  readonly version: string;
  readonly frontier: Frontier;
  readonly peers: readonly PeerStatus[];
  readonly counts: Counts & {
    /** Rows that the application deleted here and that are hidden on this node alone. */
    readonly evicted: number;
    /** Rows of the archive that no log knows and that are not adopted yet. */
    readonly leftovers: number;
  };
  readonly troubles: readonly Trouble[];
  readonly collection: Pick<CollectionDesk, "isOn" | "leaseMs"> & {
    readonly holders: readonly KnownMember[];
  };
  /** On the wire since this process started, encrypted and framed. */
  readonly bytes_sent: number;
  readonly bytes_received: number;
  /** 32 bytes; undefined where it is not known, because the disk takes nothing. */
  readonly digest: Uint8Array | undefined;
}

export interface PeerStatus {
  /** null for a configured address that was never reached. */
  readonly node: NodeId | null;
  /** As in its certificate; null where it has not been here since this process started. */
  readonly name: string | null;
  readonly address: string;
  /** "known": not dialled, because enough others are. */
  readonly state: "connected" | "backoff" | "disabled" | "known";
  /** Operations stored here which the peer has not acknowledged; null where unknown. */
  readonly lag_ops: number | null;
  /** Age of the oldest of them in seconds; null where unknown. */
  readonly lag_s: number | null;
  readonly last_error: string | null;
  /** On the wire of the present connection, encrypted and framed; null without one. */
  readonly traffic: Traffic | null;
}

export interface Traffic {
  readonly bytes_sent: number;
  readonly bytes_received: number;
  /** Bytes a second, over the last seconds. */
  readonly send_rate: number;
  readonly receive_rate: number;
}

export type ServiceErrorCode = "invalid" | "too-large" | "forbidden" | "not-found" | "not-ready";

/** What a caller of the service can cause. The message goes to the caller. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  readonly code: ServiceErrorCode;

  constructor(code: ServiceErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
