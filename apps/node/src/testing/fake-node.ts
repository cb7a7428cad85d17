import { type Dot, makeLogId, type Uid, type Value } from "@jarvis-crdt/crdt";
import type { BatchPlace } from "../compose/repair-desk.ts";
import type {
  CreatedEntry,
  Entry,
  EvictedRows,
  NewOperation,
  NewRow,
  PeerStatus,
  RunningNode,
  Status,
} from "../service.ts";
import { ServiceError } from "../service.ts";
import { fakeCollection, fakeHolders } from "./fake-collection.ts";
import { fakeObjects } from "./fake-objects.ts";
import { fakeOversight } from "./fake-oversight.ts";

export const fakeId = "11111111-2222-4333-8444-555555555555";
export const fakePeer = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";
export const fakeIncarnation = "00112233445566ff";

/** A node that keeps everything in memory and replicates with nobody. */
export class FakeNode implements RunningNode {
  readonly node = fakeId;
  readonly peerAddress = "127.0.0.1:4242";
  ready = true;
  mayWrite = true;
  closed = false;
  reloads = 0;
  readonly objects = fakeObjects(fakeId);
  readonly quarantine;
  readonly why: RunningNode["why"] = {
    everything: async () => ({ about: null, synced: true, causes: [], notes: ["This node knows no peer."] }),
    about: async (about) => {
      if (about !== fakePeer) return undefined;
      const sentence = "It cannot be reached.";
      const cause = {
        code: "peer-unreachable",
        peer: fakePeer,
        since: "2026-01-02T03:04:05Z",
        operations: 7,
        sentence,
      };
      return { about, synced: false, causes: [cause], notes: [] };
    },
  };
  readonly collection = fakeCollection;
  readonly conflicts;
  readonly created: (NewRow | NewOperation)[] = [];
  readonly #counters = new Map<string, number>();
  readonly #registers = new Map<string, Value>();
  readonly #sets = new Map<string, Map<string, Value>>();
  readonly #entries = new Map<string, Entry>();
  #seq = 0;
  #peerState: PeerStatus["state"] = "connected";

  constructor() {
    const { quarantine, conflicts } = fakeOversight();
    this.quarantine = quarantine;
    this.conflicts = conflicts;
  }

  async repair(places: readonly BatchPlace[]): ReturnType<RunningNode["repair"]> {
    return { repaired: [], left: places };
  }

  async voids(): ReturnType<RunningNode["voids"]> {
    const log = `${fakePeer}:00112233445566ff`;
    const by = { log: `${fakePeer}:00112233445566aa`, seq: 1 };
    return [{ log, from: 7, operations: 3, isUnsettled: true, by, reason: "clock-ahead" }];
  }

  async status(): Promise<Status> {
    return {
      node: fakeId,
      incarnation: fakeIncarnation,
      cluster: "test",
      version: "0.0.0",
      frontier: this.#frontier(),
      peers: [this.#peer()],
      counts: {
        rows: this.#entries.size,
        operations: this.#seq,
        batches: 1,
        quarantined: 0,
        conflicts: 0,
        evicted: 2,
        leftovers: 4,
      },
      troubles: [],
      collection: { isOn: fakeCollection.isOn, leaseMs: fakeCollection.leaseMs, holders: fakeHolders },
      bytes_sent: 0,
      bytes_received: 0,
      digest: new Uint8Array(32).fill(7),
    };
  }

  async digest() {
    const digest = new Uint8Array(32).fill(7);
    return { digest, rows: this.#entries.size, cells: 3, frontier: this.#frontier() };
  }

  /** One cell, which differs from that of any node with another digest. */
  async digestParts(paths: readonly string[]) {
    const { digest } = await this.digest();
    const name = new Uint8Array(24).fill(0xab);
    return paths.map(() => ({ cells: 1, leaves: [{ name, leaf: digest }] }));
  }

  async cellsNamed(names: readonly Uint8Array[]) {
    const key = new Uint8Array(16).fill(1);
    return names.map((name) => ({ name, type: "table", object: "archive_entries", key }) as const);
  }

  async createEntry(entry: NewRow | NewOperation): Promise<CreatedEntry> {
    if ("table" in entry && entry.table === "unknown")
      throw new ServiceError("invalid", "no such table: unknown");
    if ("table" in entry && entry.table === "broken") throw new Error("secret: /etc/passwd");
    this.created.push(entry);
    const uid = new Uint8Array(16).fill(this.created.length);
    const values = "values" in entry ? entry.values : new Map([["operation", entry.operation]]);
    const created = { uid, id: 2n ** 60n, dot: this.#mint() };
    this.#entries.set(String(uid), { ...created, crdtType: "or_set", values });
    return created;
  }

  async getEntry(uid: Uid) {
    return this.#entries.get(String(uid));
  }

  async adoptLeftovers() {
    return 4;
  }

  async unevict({ table, uids }: EvictedRows) {
    return uids?.length ?? (table === undefined ? 2 : 1);
  }

  async addToCounter(name: string, by: number) {
    const value = (this.#counters.get(name) ?? 0) + by;
    this.#mint();
    this.#counters.set(name, value);
    return value;
  }

  async addToCounters(sums: ReadonlyMap<string, number>) {
    const values = new Map<string, number>();
    for (const [name, by] of sums) values.set(name, await this.addToCounter(name, by));
    return values;
  }

  async getCounter(name: string) {
    return this.#counters.get(name);
  }

  async putRegister(name: string, value: Value) {
    this.#registers.set(name, value);
    return { value, dot: this.#mint(), siblings: 1 };
  }

  async getRegister(name: string) {
    const value = this.#registers.get(name);
    if (value === undefined) return undefined;
    return { value, dot: { log: makeLogId(fakeId, fakeIncarnation), seq: this.#seq }, siblings: 1 };
  }

  async changeSet(name: string, add: readonly Value[], remove: readonly Value[]) {
    const elements = this.#sets.get(name) ?? new Map<string, Value>();
    for (const one of remove) elements.delete(JSON.stringify(one));
    for (const one of add) elements.set(JSON.stringify(one), one);
    this.#sets.set(name, elements);
    return [...elements.values()];
  }

  async getSet(name: string) {
    const elements = this.#sets.get(name);
    return elements && [...elements.values()];
  }

  async sync(node: string) {
    return node === fakePeer ? { sent: 3, received: 4 } : undefined;
  }

  async disconnect(node: string) {
    return this.#switch(node, "disabled");
  }

  async connect(node: string) {
    return this.#switch(node, "connected");
  }

  async reload() {
    this.reloads++;
  }

  async close() {
    this.closed = true;
  }

  #switch(node: string, state: PeerStatus["state"]): PeerStatus | undefined {
    if (node !== fakePeer) return undefined;
    this.#peerState = state;
    return this.#peer();
  }

  #peer(): PeerStatus {
    return {
      node: fakePeer,
      name: "server",
      address: "127.0.0.1:1",
      state: this.#peerState,
      lag_ops: 0,
      lag_s: null,
      last_error: null,
      traffic: null,
    };
  }

  #mint(): Dot {
    return { log: makeLogId(fakeId, fakeIncarnation), seq: ++this.#seq };
  }

  #frontier() {
    return new Map([
      [makeLogId(fakeId, fakeIncarnation), { seq: this.#seq, batch: new Uint8Array(32).fill(9) }],
    ]);
  }
}
