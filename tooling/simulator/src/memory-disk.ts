import {
  type Batch,
  batchId,
  decodeHeader,
  type Envelope,
  isHollow,
  leafHashes,
  schemaId,
  unpackBody,
} from "@jarvis-crdt/batch";
import { encodeSchema, type LogId, type NodeId, nodeOf } from "@jarvis-crdt/crdt";
import {
  type Applied,
  type Collected,
  type CollectRequest,
  type Committed,
  type Doubts,
  MemoryStore,
  type MemoryStoreOptions,
  type Spent,
  type Transaction,
} from "@jarvis-crdt/store";
import type { Disk, Loss, StoreSetup } from "./disk.ts";

type Entry =
  | { readonly kind: "batches"; readonly envelopes: readonly Envelope[] }
  | { readonly kind: "collected"; readonly request: CollectRequest }
  | { readonly kind: "withered"; readonly log: LogId; readonly spent: Spent }
  | { readonly kind: "settled"; readonly doubts: Doubts }
  | { readonly kind: "certificate"; readonly node: NodeId; readonly der: Uint8Array }
  | { readonly kind: "schema"; readonly id: Uint8Array; readonly bytes: Uint8Array };

/** The writes of memory stores in their order, each of them whole or not there. */
export class MemoryDisk implements Disk {
  #entries: Entry[];
  #synced: number;

  constructor(entries: readonly Entry[] = []) {
    this.#entries = [...entries];
    this.#synced = entries.length;
  }

  async open(setup: StoreSetup): Promise<MemoryStore> {
    const store = new RecordedStore(setup, (entry) => this.#entries.push(entry));
    await store.replay(this.#entries);
    await store.keepOwnSchema();
    return store;
  }

  async crash(loss: Loss): Promise<void> {
    if (loss === "power") this.#entries.length = this.#synced;
  }

  sync(): void {
    this.#synced = this.#entries.length;
  }

  copy(): MemoryDisk {
    return new MemoryDisk(this.#entries);
  }

  discard(): void {}
}

class RecordedStore extends MemoryStore {
  readonly #setup: MemoryStoreOptions;
  readonly #record: (entry: Entry) => void;
  readonly #minted = new Map<LogId, number>();

  constructor(setup: MemoryStoreOptions, record: (entry: Entry) => void) {
    super(setup);
    this.#setup = setup;
    this.#record = record;
  }

  async replay(entries: readonly Entry[]): Promise<void> {
    for (const entry of entries) {
      if (entry.kind === "batches")
        await super.apply(entry.envelopes.map((one) => openEnvelope(one, this.#setup)));
      else if (entry.kind === "collected") await super.collect(entry.request);
      else if (entry.kind === "withered") await super.wither(entry.log, entry.spent);
      else if (entry.kind === "settled") await super.settle(entry.doubts);
      else if (entry.kind === "certificate") await super.putCertificate(entry.node, entry.der);
      else await super.putSchema(entry.id, entry.bytes);
    }
    for (const [log, { seq }] of await super.frontier())
      if (nodeOf(log) === this.node) this.#minted.set(log, seq);
  }

  /** A later program has another one, and must still read what was written under this. */
  async keepOwnSchema(): Promise<void> {
    if (this.#setup.schema === undefined) return;
    const bytes = encodeSchema(this.#setup.schema);
    this.#record({ kind: "schema", id: schemaId(bytes, this.#setup.hasher), bytes });
  }

  override async commit(transaction: Transaction): Promise<Committed> {
    const committed = await super.commit(transaction);
    await this.#recordMinted();
    return committed;
  }

  override async apply(batches: readonly Batch[]): Promise<Applied> {
    const applied = await super.apply(batches);
    const refused = new Map(applied.refused.map(({ log, first }) => [log, first]));
    const stored = batches.filter(
      ({ header }) => header.first < (refused.get(header.log) ?? Number.MAX_VALUE),
    );
    this.#record({ kind: "batches", envelopes: stored.map(({ envelope }) => envelope) });
    await this.#recordMinted();
    return applied;
  }

  override async collect(request: CollectRequest): Promise<Collected> {
    this.#record({ kind: "collected", request });
    return super.collect(request);
  }

  override async wither(log: LogId, spent: Spent): Promise<number> {
    this.#record({ kind: "withered", log, spent });
    return super.wither(log, spent);
  }

  override async settle(doubts: Doubts): Promise<void> {
    this.#record({ kind: "settled", doubts });
    return super.settle(doubts);
  }

  override async heal(log: LogId, shown: readonly Batch[]): Promise<boolean> {
    const healed = await super.heal(log, shown);
    await this.#recordMinted();
    return healed;
  }

  /** What this node's logs hold beyond what was recorded: of its own, or minted anew. */
  async #recordMinted(): Promise<void> {
    for (const [log, { seq }] of await super.frontier()) {
      const known = this.#minted.get(log) ?? 0;
      if (nodeOf(log) !== this.node || seq <= known) continue;
      this.#record({ kind: "batches", envelopes: await super.read(log, known, Number.MAX_SAFE_INTEGER) });
      this.#minted.set(log, seq);
    }
  }

  override async putCertificate(node: NodeId, der: Uint8Array): Promise<void> {
    await super.putCertificate(node, der);
    this.#record({ kind: "certificate", node, der });
  }

  override async putSchema(id: Uint8Array, bytes: Uint8Array): Promise<void> {
    await super.putSchema(id, bytes);
    this.#record({ kind: "schema", id, bytes });
  }
}

/** A stored envelope as the store was given it. It was verified before it was stored. */
export function openEnvelope(
  envelope: Envelope,
  { hasher, compressor }: Pick<MemoryStoreOptions, "hasher" | "compressor">,
): Batch {
  const header = decodeHeader(envelope.header);
  const operations = isHollow(envelope) ? [] : unpackBody(envelope, header.count, compressor);
  const leaves = leafHashes(operations, hasher);
  return { id: batchId(envelope.header, hasher), header, envelope, operations, leaves };
}
