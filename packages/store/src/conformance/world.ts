import {
  type Batch,
  batchId,
  type Compressor,
  decodeHeader,
  type Envelope,
  type Hasher,
  isHollow,
  leafHashes,
  unpackBody,
} from "@jarvis-crdt/batch";
import type { LogId, Schema } from "@jarvis-crdt/crdt";
import type { Applied, Store, StoreContext } from "../store.ts";
import { assertEqual, hex } from "./check.ts";
import { Random } from "./random.ts";

/** What a store under test is made from. `name` tells the stores of one check apart. */
export interface StoreSetup extends StoreContext {
  readonly name: string;
  /** Another time with the same name: the store that was closed is opened again. */
  readonly reopen: boolean;
}

export interface ConformanceOptions {
  /** A fresh store, or one that was closed. Where `keeps` is false no store is opened again. */
  readonly make: (setup: StoreSetup) => Promise<Store> | Store;
  /** Whether a closed store can be opened again. */
  readonly keeps: boolean;
  /**
   * Makes a store go on with a log of its node, without any proof that nobody else does: as a machine that was cloned while
   * it ran. Returns the store, opened again where that is how it is done. Where this is absent no log is forked.
   */
  readonly continueLog?: (store: Store, setup: StoreSetup, log: LogId) => Promise<Store> | Store;
  readonly hasher: Hasher;
  readonly compressor: Compressor;
  /** Random histories to play. */
  readonly histories?: number;
}

/** The tables of the checks: rows that come and go, rows that are only added, rows named by their key. */
export const testSchema: Schema = {
  tables: [
    {
      name: "entries",
      kind: "records",
      groups: [
        { name: "verification", columns: ["status", "score"] },
        { name: "content", columns: ["text"] },
      ],
    },
    { name: "events", kind: "grow-only", groups: [{ name: "all", columns: ["what"] }] },
    { name: "settings", kind: "map", groups: [{ name: "all", columns: ["value"] }] },
  ],
};

const cluster = Uint8Array.from({ length: 16 }, (_, i) => i + 1);

/** Some stores, the clock they share, and the wire between them. */
export class World {
  readonly random: Random;
  readonly stores: Store[] = [];
  readonly #options: ConformanceOptions;
  readonly #setups: StoreSetup[] = [];
  #now = 1_750_000_000_000;

  constructor(options: ConformanceOptions, seed = 1) {
    this.#options = options;
    this.random = new Random(seed);
  }

  /** Runs `body` with some stores and closes them. */
  static async run(
    options: ConformanceOptions,
    stores: number | readonly (Schema | undefined)[],
    body: (world: World, ...stores: [Store, Store, Store, Store]) => Promise<void>,
    seed = 1,
  ): Promise<void> {
    const world = new World(options, seed);
    const schemas = typeof stores === "number" ? Array.from({ length: stores }, () => testSchema) : stores;
    try {
      for (const schema of schemas) await world.add(schema);
      await body(world, ...(world.stores as [Store, Store, Store, Store]));
    } finally {
      for (const store of world.stores) await store.close();
    }
  }

  /** Lets time pass, ms. */
  wait(ms: number): void {
    this.#now += ms;
  }

  get now(): number {
    return this.#now;
  }

  /** Closes a store and opens it again. */
  async restart(index: number): Promise<Store> {
    await this.stores[index]!.close();
    const setup = { ...this.#setups[index]!, reopen: true };
    const store = await this.#options.make(setup);
    this.stores[index] = store;
    return store;
  }

  /** Another instance of a store's node, with the same log, which both go on with. */
  async twin(of: Store, log: LogId): Promise<Store> {
    const { continueLog } = this.#options;
    if (continueLog === undefined) throw new Error("this kind of store cannot be cloned");
    const setup = { ...this.#setups[this.stores.indexOf(of)]!, name: `store-${this.stores.length}` };
    const empty = await this.#options.make(setup);
    await this.sync(of, empty);
    const twin = await continueLog(empty, { ...setup, reopen: true }, log);
    this.#setups.push(setup);
    this.stores.push(twin);
    return twin;
  }

  /** What `from` holds of a log, whether it counts or not, after what `to` holds of it as well. */
  async branch(from: Store, log: LogId, to: Store): Promise<readonly Batch[]> {
    const envelopes = await from.branch(log, await to.points(log), Number.MAX_SAFE_INTEGER);
    return envelopes.map((envelope) => this.batch(envelope));
  }

  /** Two stores of different nodes give each other what they lack, and what heals their logs. */
  async meet(a: Store, b: Store): Promise<void> {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      await this.sync(from, to);
      const logs = new Set([
        ...(await from.frontier()).keys(),
        ...(await from.voids()).map(({ log }) => log),
      ]);
      for (const log of logs) {
        if (!log.startsWith(to.node)) continue;
        const batches = await this.branch(from, log, to);
        for (const batch of batches) await this.sendSchema(from, to, batch);
        await to.heal(log, batches);
      }
    }
  }

  /** All stores of different nodes meet until nothing is new. */
  async settle(): Promise<void> {
    for (let before = ""; ; ) {
      for (const a of this.stores) for (const b of this.stores) if (a.node < b.node) await this.meet(a, b);
      const frontiers = await Promise.all(this.stores.map((store) => store.frontier()));
      const now = JSON.stringify(frontiers.map((one) => [...one].map(([log, { seq }]) => [log, seq])));
      if (now === before) return;
      before = now;
    }
  }

  /** A store is closed and takes no part any more. */
  async stop(store: Store): Promise<void> {
    const index = this.stores.indexOf(store);
    this.stores.splice(index, 1);
    this.#setups.splice(index, 1);
    await store.close();
  }

  /** Batches of a log as a verifying receiver has them. */
  async batches(from: Store, log: LogId, after = 0): Promise<readonly Batch[]> {
    const envelopes = await from.read(log, after, Number.MAX_SAFE_INTEGER);
    return envelopes.map((envelope) => this.batch(envelope));
  }

  batch(envelope: Envelope): Batch {
    const { hasher, compressor } = this.#options;
    const header = decodeHeader(envelope.header);
    const operations = isHollow(envelope) ? [] : unpackBody(envelope, header.count, compressor);
    const leaves = leafHashes(operations, hasher);
    return { id: batchId(envelope.header, hasher), header, envelope, operations, leaves };
  }

  /** Gives `to` everything that `from` has and it lacks, with the schemas. */
  async sync(from: Store, to: Store): Promise<void> {
    for (const log of (await from.frontier()).keys()) await this.send(from, to, log);
  }

  /** Gives `to` what it lacks of one log. */
  async send(from: Store, to: Store, log: LogId, schemas = true): Promise<Applied> {
    const known = (await to.frontier()).get(log)?.seq ?? 0;
    const batches = await this.batches(from, log, known);
    if (schemas) for (const batch of batches) await this.sendSchema(from, to, batch);
    return to.apply(batches);
  }

  async sendSchema(from: Store, to: Store, batch: Batch): Promise<void> {
    const id = batch.header.schema;
    const bytes = await from.schema(id);
    if (bytes !== undefined) await to.putSchema(id, bytes);
  }

  /** All stores get everything. */
  async syncAll(): Promise<void> {
    for (const from of this.stores) for (const to of this.stores) if (from !== to) await this.sync(from, to);
    for (const from of this.stores) for (const to of this.stores) if (from !== to) await this.sync(from, to);
  }

  async assertSameDigests(): Promise<void> {
    const [first, ...rest] = await Promise.all(this.stores.map((store) => store.digest()));
    for (const [i, one] of rest.entries()) {
      assertEqual(hex(one.digest), hex(first!.digest), `digest of store ${i + 1}`);
      assertEqual([one.rows, one.cells], [first!.rows, first!.cells], `sizes of store ${i + 1}`);
    }
  }

  /** A fresh uid. */
  uid(): Uint8Array {
    return this.random.bytes(16);
  }

  /** Another store. */
  async add(schema: Schema | undefined): Promise<Store> {
    const index = this.stores.length;
    const setup: StoreSetup = {
      name: `store-${index}`,
      reopen: false,
      node: `0000000${index}-0000-4000-8000-000000000000`,
      cluster,
      now: () => this.#now,
      random: (bytes) => this.random.bytes(bytes),
      schema,
    };
    this.#setups.push(setup);
    const store = await this.#options.make(setup);
    this.stores.push(store);
    return store;
  }
}

/** The log of a store's node; it has one. */
export async function logOf(store: Store): Promise<LogId> {
  for (const log of (await store.frontier()).keys()) if (log.startsWith(store.node)) return log;
  throw new Error("the store has no log of its own yet");
}
