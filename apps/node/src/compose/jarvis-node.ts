import { type Dot, incarnationOf, type NodeId, type Uid, type Value } from "@jarvis-crdt/crdt";
import { codeOf, type Exchanged, type Objects, type Replica } from "@jarvis-crdt/replica";
import type { Intent, RegisterState, Store, VoidLog } from "@jarvis-crdt/store";
import type { ArchiveThread, NamedCell, Oversight } from "@jarvis-crdt/store-sqlite";
import type { Peers } from "@jarvis-crdt/transport";
import { withoutDisk } from "../disk-error.ts";
import {
  type ComposedNode,
  type CreatedEntry,
  type Entry,
  type EvictedRows,
  type NewOperation,
  type NewRow,
  type PeerStatus,
  ServiceError,
  type Status,
} from "../service.ts";
import { version } from "../version.ts";
import type { WhyDesk } from "../why/why-desk.ts";
import type { CollectionDesk } from "./collection-desk.ts";
import type { ConflictDesk } from "./conflict-desk.ts";
import type { EntryMaker } from "./current-entries.ts";
import type { Evictions } from "./evictions.ts";
import { peerStatuses, unmetPeer } from "./peer-statuses.ts";
import type { QuarantineDesk } from "./quarantine-desk.ts";
import type { BatchPlace, RepairDesk, Repaired } from "./repair-desk.ts";
import type { ReplicaLinks } from "./replica-links.ts";
import { settledWithin } from "./settled-within.ts";
import type { Trouble } from "./troubles.ts";

/** How long a request to synchronise waits: shorter than clients do. */
const syncMs = 10_000;
/** How long the local id of a new row is waited for: another program may hold the archive, or its disk may be full. */
const idWaitMs = 1_000;

/** The parts of a running node, each built and owned by `compose`. */
export interface NodeParts {
  readonly cluster: string;
  readonly store: Store;
  readonly evictions: Evictions;
  readonly objects: Objects;
  readonly oversight: Oversight;
  readonly quarantine: QuarantineDesk;
  readonly conflicts: ConflictDesk;
  readonly collection: CollectionDesk;
  readonly why: WhyDesk;
  readonly repairs: RepairDesk;
  /** The log that this process mints into; undefined before its first write. */
  readonly ownLog: () => string | undefined;
  readonly troubles: () => readonly Trouble[];
  readonly mayWrite: boolean;
  /** Whether what is stored is found by the next start. */
  readonly canKeep: () => boolean;
  readonly archive: ArchiveThread;
  readonly entries: EntryMaker;
  readonly replica: Replica;
  readonly links: ReplicaLinks;
  readonly peers: Peers | undefined;
  readonly peerAddress: string | undefined;
  readonly close: () => Promise<void>;
}

/** What the HTTP interface offers, done by the parts. */
export class JarvisNode implements ComposedNode {
  readonly node: NodeId;
  readonly peerAddress: string | undefined;
  readonly mayWrite: boolean;
  #isClosing = false;
  readonly #parts: NodeParts;

  constructor(parts: NodeParts) {
    this.mayWrite = parts.mayWrite;
    this.#parts = parts;
    this.node = parts.store.node;
    this.peerAddress = parts.peerAddress;
  }

  get objects(): Objects {
    return this.#parts.objects;
  }

  get quarantine(): QuarantineDesk {
    return this.#parts.quarantine;
  }

  get conflicts(): ConflictDesk {
    return this.#parts.conflicts;
  }

  get collection(): CollectionDesk {
    return this.#parts.collection;
  }

  get why(): WhyDesk {
    return this.#parts.why;
  }

  async status(): Promise<Status> {
    const { cluster, store, ownLog, evictions, links, collection } = this.#parts;
    const own = ownLog();
    const [frontier, counts, digest, holders] = await Promise.all([
      store.frontier(),
      store.counts(),
      store.digest().catch(withoutDisk),
      collection.holders(),
    ]);
    return {
      node: this.node,
      incarnation: own === undefined ? null : incarnationOf(own),
      cluster,
      version,
      frontier,
      peers: this.#peerStates(),
      counts: { ...counts, evicted: evictions.count, leftovers: this.#parts.archive.leftovers },
      troubles: this.#parts.troubles(),
      collection: { isOn: collection.isOn, leaseMs: collection.leaseMs, holders },
      bytes_sent: links.bytesSent,
      bytes_received: links.bytesReceived,
      digest: digest?.digest,
    };
  }

  repair(places: readonly BatchPlace[]): Promise<Repaired> {
    return this.#parts.repairs.repair(places);
  }

  voids(): Promise<readonly VoidLog[]> {
    return this.#parts.store.voids();
  }

  async digest() {
    const { store } = this.#parts;
    const [digest, frontier] = await Promise.all([store.digest(), store.frontier()]);
    return { ...digest, frontier };
  }

  async digestParts(paths: readonly string[]) {
    await this.#parts.store.digest();
    return this.#parts.oversight.digestParts(paths);
  }

  async cellsNamed(names: readonly Uint8Array[]) {
    const found: NamedCell[] = [];
    for (const some of this.#parts.oversight.namedCells.find(names)) {
      found.push(...some);
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    return found;
  }

  async createEntry(entry: NewRow | NewOperation): Promise<CreatedEntry> {
    const { entries, store, archive } = this.#parts;
    const rows = entries.rowsOf(entry);
    const there = entries.isKeyed(rows[0].table) ? await store.row(rows[0].uid) : undefined;
    const intents = there ? entries.changesOf(rows[0]) : rows;
    // A row that is nothing but its key is there already.
    const dots = intents.length > 0 ? (await store.commit({ intents })).dots : [there!.dot];
    // The row is durable. Where it cannot be shown now it is shown later, and that is no reason to say that it failed.
    await settledWithin(archive.shown(), idWaitMs);
    const [row] = rows;
    const dot = dots[0];
    if (!row || !dot) throw new Error("a new entry was committed without an operation");
    return { uid: row.uid, id: this.#idOf(row.table, row.uid), dot };
  }

  async getEntry(uid: Uid): Promise<Entry | undefined> {
    const { store, entries } = this.#parts;
    const row = await store.row(uid);
    if (!row) return undefined;
    const { table, dot, values } = row;
    return {
      uid,
      id: this.#idOf(table, uid),
      dot,
      crdtType: entries.typeOf(table, values),
      values,
    };
  }

  async adoptLeftovers(): Promise<number> {
    const { archive } = this.#parts;
    const rows = archive.leftovers;
    archive.adoptLeftovers();
    return rows;
  }

  async unevict(which: EvictedRows): Promise<number> {
    const rows = await this.#parts.evictions.undo(which);
    this.#parts.archive.wake();
    return rows;
  }

  async addToCounter(object: string, by: number): Promise<number> {
    await this.#parts.replica.incrementCounter(object, by);
    return this.#parts.replica.getCounterValue(object);
  }

  async addToCounters(sums: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, number>> {
    const { replica } = this.#parts;
    await Promise.all([...sums].map(([name, by]) => replica.incrementCounter(name, by)));
    const values = new Map<string, number>();
    for (const name of sums.keys()) values.set(name, await replica.getCounterValue(name));
    return values;
  }

  getCounter(name: string): Promise<number | undefined> {
    return this.#parts.store.counter(name);
  }

  async putRegister(object: string, value: Value): Promise<RegisterState> {
    await this.#commit({ kind: "register.set", object, value });
    const state = await this.#parts.store.register(object);
    if (!state) throw new Error("a register was written and is not there");
    return state;
  }

  getRegister(name: string): Promise<RegisterState | undefined> {
    return this.#parts.store.register(name);
  }

  async changeSet(
    object: string,
    add: readonly Value[],
    remove: readonly Value[],
  ): Promise<readonly Value[]> {
    await this.#commit(
      ...remove.map((element) => ({ kind: "set.remove", object, element }) as const),
      ...add.map((element) => ({ kind: "set.add", object, element }) as const),
    );
    return (await this.#parts.store.set(object)) ?? [];
  }

  getSet(name: string): Promise<readonly Value[] | undefined> {
    return this.#parts.store.set(name);
  }

  async sync(node: NodeId): Promise<Exchanged | undefined> {
    if (!(await this.#isKnown(node))) return undefined;
    try {
      return await this.#parts.replica.syncWith(node, { signal: AbortSignal.timeout(syncMs) });
    } catch (error) {
      const code = codeOf(error);
      if (code === "no-connections" || code === "disconnected")
        throw new ServiceError("not-ready", "there is no session with this peer; /v1/why tells why");
      if (error instanceof Error && error.name === "TimeoutError")
        throw new ServiceError(
          "not-ready",
          "the peer has not stored everything yet; /v1/why tells what is missing",
        );
      throw error;
    }
  }

  async disconnect(node: NodeId): Promise<PeerStatus | undefined> {
    if (!(await this.#isKnown(node))) return undefined;
    this.#parts.peers?.disable(node);
    return this.#peerState(node);
  }

  async connect(node: NodeId): Promise<PeerStatus | undefined> {
    if (!(await this.#isKnown(node))) return undefined;
    this.#parts.peers?.enable(node);
    return this.#peerState(node);
  }

  get ready(): boolean {
    return !this.#isClosing && this.#parts.canKeep();
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#parts.close();
  }

  /** The number under which the archive shows a row; a row whose key replicates has none. */
  #idOf(table: string, uid: Uid): number | bigint | null {
    const key = this.#parts.archive.keyOf(table, uid);
    return key === undefined || typeof key === "string" ? null : key;
  }

  async #commit(...intents: readonly Intent[]): Promise<readonly (Dot | null)[]> {
    if (intents.length === 0) return [];
    return (await this.#parts.store.commit({ intents })).dots;
  }

  /** A peer that is or was connected, or wrote something that is stored here. */
  async #isKnown(node: NodeId): Promise<boolean> {
    if (this.#peerStates().some((peer) => peer.node === node)) return true;
    return node !== this.node && (await this.#parts.store.certificates(node)).length > 0;
  }

  #peerState(node: NodeId): PeerStatus {
    return this.#peerStates().find((peer) => peer.node === node) ?? unmetPeer(node);
  }

  #peerStates(): readonly PeerStatus[] {
    return peerStatuses(this.#parts.peers, this.#parts.replica);
  }
}
