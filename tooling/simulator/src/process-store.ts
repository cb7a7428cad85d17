import type { Batch, Envelope } from "@jarvis-crdt/batch";
import type { Frontier, FrontierEntry, LogId, NodeId, Uid } from "@jarvis-crdt/crdt";
import type {
  Applied,
  Collected,
  CollectRequest,
  Committed,
  Store,
  Transaction,
  VoidLog,
} from "@jarvis-crdt/store";
import type { Timeline } from "./timeline.ts";

export interface ProcessStoreOptions {
  readonly inner: Store;
  readonly timeline: Timeline;
  /** How long the next write takes, in ms. */
  readonly latency: () => number;
  /** Whether it mends logs of its own that were written twice. */
  readonly heals: boolean;
  /** A write was carried out. */
  readonly onWritten: () => void;
}

/**
 * A store as its process sees it: writes take time, one after the other, and with the process everything ends: what
 * was asked for is never answered. A write that was under way then has happened or has not, as a whole.
 */
export class ProcessStore implements Store {
  readonly #options: ProcessStoreOptions;
  /** How far each log is durable here. */
  readonly covered = new Map<LogId, number>();
  /** The write under way. */
  #current: (() => Promise<unknown>) | undefined;
  #tail: Promise<unknown> = Promise.resolve();
  #alive = true;
  /** Writes that are not answered yet. */
  writes = 0;

  private constructor(options: ProcessStoreOptions) {
    this.#options = options;
  }

  static async open(options: ProcessStoreOptions): Promise<ProcessStore> {
    const store = new ProcessStore(options);
    await store.#cover();
    return store;
  }

  get node(): NodeId {
    return this.#options.inner.node;
  }

  get cluster(): Uint8Array {
    return this.#options.inner.cluster;
  }

  /** The store itself, for whoever looks on from outside. */
  get inner(): Store {
    return this.#options.inner;
  }

  /** The process ends. Where `finish`, the write under way still happened. */
  async kill(finish: boolean): Promise<void> {
    const current = this.#alive && finish ? this.#current : undefined;
    this.#alive = false;
    if (current) await this.#options.timeline.outside(current()).catch(() => undefined);
  }

  commit(transaction: Transaction): Promise<Committed> {
    return this.#write(() => this.inner.commit(transaction));
  }

  apply(batches: readonly Batch[]): Promise<Applied> {
    return this.#write(() => this.inner.apply(batches));
  }

  heal(log: LogId, shown: readonly Batch[]): Promise<boolean> {
    if (!this.#options.heals) return Promise.resolve(false);
    return this.#write(() => this.inner.heal(log, shown));
  }

  abandonFuture(): Promise<boolean> {
    return this.#options.heals ? this.#live(this.#abandonFuture()) : Promise.resolve(false);
  }

  voids(): Promise<readonly VoidLog[]> {
    return this.#live(this.inner.voids());
  }

  points(log: LogId): Promise<readonly FrontierEntry[]> {
    return this.#live(this.inner.points(log));
  }

  branch(log: LogId, points: readonly FrontierEntry[], maxBytes: number): Promise<readonly Envelope[]> {
    return this.#live(this.inner.branch(log, points, maxBytes));
  }

  spent(...asked: Parameters<Store["spent"]>): ReturnType<Store["spent"]> {
    return this.#live(this.inner.spent(...asked));
  }

  doubts(): ReturnType<Store["doubts"]> {
    return this.#live(this.inner.doubts());
  }

  wither(...given: Parameters<Store["wither"]>): Promise<number> {
    return this.#write(() => this.inner.wither(...given));
  }

  settle(...given: Parameters<Store["settle"]>): Promise<void> {
    return this.#write(() => this.inner.settle(...given));
  }

  putCertificate(node: NodeId, der: Uint8Array): Promise<void> {
    return this.#write(() => this.inner.putCertificate(node, der));
  }

  putSchema(id: Uint8Array, bytes: Uint8Array): Promise<void> {
    return this.#write(() => this.inner.putSchema(id, bytes));
  }

  frontier(): Promise<Frontier> {
    return this.#live(this.inner.frontier());
  }

  read(log: LogId, after: number, maxBytes: number): ReturnType<Store["read"]> {
    return this.#live(this.inner.read(log, after, maxBytes));
  }

  head(log: LogId): ReturnType<Store["head"]> {
    return this.#live(this.inner.head(log));
  }

  collect(request: CollectRequest): Promise<Collected> {
    return this.#write(() => this.inner.collect(request));
  }

  interpreted(): ReturnType<Store["interpreted"]> {
    return this.#live(this.inner.interpreted());
  }

  weight(...asked: Parameters<Store["weight"]>): ReturnType<Store["weight"]> {
    return this.#live(this.inner.weight(...asked));
  }

  authors(): ReturnType<Store["authors"]> {
    return this.#live(this.inner.authors());
  }

  certificates(node: NodeId): ReturnType<Store["certificates"]> {
    return this.#live(this.inner.certificates(node));
  }

  schema(id: Uint8Array): ReturnType<Store["schema"]> {
    return this.#live(this.inner.schema(id));
  }

  counter(object: string): ReturnType<Store["counter"]> {
    return this.#live(this.inner.counter(object));
  }

  register(object: string): ReturnType<Store["register"]> {
    return this.#live(this.inner.register(object));
  }

  set(object: string): ReturnType<Store["set"]> {
    return this.#live(this.inner.set(object));
  }

  row(uid: Uid): ReturnType<Store["row"]> {
    return this.#live(this.inner.row(uid));
  }

  cells(...asked: Parameters<Store["cells"]>): ReturnType<Store["cells"]> {
    return this.#live(this.inner.cells(...asked));
  }

  objects(...asked: Parameters<Store["objects"]>): ReturnType<Store["objects"]> {
    return this.#live(this.inner.objects(...asked));
  }

  digest(): ReturnType<Store["digest"]> {
    return this.#live(this.inner.digest());
  }

  counts(): ReturnType<Store["counts"]> {
    return this.#live(this.inner.counts());
  }

  subscribe(listener: (advanced: readonly LogId[]) => void): () => void {
    return this.inner.subscribe((advanced) => {
      if (this.#alive) listener(advanced);
    });
  }

  async close(): Promise<void> {
    await this.#tail;
    this.#alive = false;
    await this.#options.timeline.outside(this.inner.close());
  }

  #write<T>(run: () => Promise<T>): Promise<T> {
    this.writes++;
    const written = this.#tail.then(() => this.#perform(run)).finally(() => this.writes--);
    this.#tail = written.catch(() => undefined);
    return this.#live(written);
  }

  async #perform<T>(run: () => Promise<T>): Promise<T> {
    const { timeline, latency, onWritten } = this.#options;
    this.#current = run;
    await timeline.sleep(latency());
    if (!this.#alive) return never();
    this.#current = undefined;
    const result = await timeline.outside(run());
    await this.#cover();
    onWritten();
    return result;
  }

  /** Asked for all the time, and nearly always for nothing: that takes no time. */
  async #abandonFuture(): Promise<boolean> {
    const any = await this.#options.timeline.outside(this.inner.abandonFuture());
    if (!any) return false;
    await this.#cover();
    this.#options.onWritten();
    return true;
  }

  /** What turns out not to count is stored nevertheless. */
  async #cover(): Promise<void> {
    for (const [log, { seq }] of await this.inner.frontier())
      this.covered.set(log, Math.max(seq, this.covered.get(log) ?? 0));
  }

  /** The answer, as long as there is somebody who could hear it. */
  async #live<T>(answer: Promise<T>): Promise<T> {
    if (!this.#alive) return never();
    try {
      const value = await answer;
      return this.#alive ? value : await never<T>();
    } catch (error) {
      if (!this.#alive) return never();
      throw error;
    }
  }
}

function never<T>(): Promise<T> {
  return new Promise<T>(() => {});
}
