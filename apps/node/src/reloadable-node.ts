import type { Configuration } from "@jarvis-crdt/config";
import type { Uid, Value } from "@jarvis-crdt/crdt";
import type { Logger } from "pino";
import type { BatchPlace } from "./compose/repair-desk.ts";
import {
  type Compose,
  type ComposedNode,
  type EvictedRows,
  type NewOperation,
  type NewRow,
  type RunningNode,
  ServiceError,
} from "./service.ts";

export interface ReloadOptions {
  readonly configuration: Configuration;
  readonly compose: Compose;
  readonly logger: Logger;
  /** Reads the configuration again. Throws with what is wrong. */
  readonly reread: () => Configuration;
  /** There is no node any more, neither by the new configuration nor by the old one. */
  readonly onLost: (error: unknown) => void;
}

/**
 * A node that can be built anew by its configuration while the process, its HTTP interface and its data folder stay.
 * Meanwhile, for about a second, everything is answered "not-ready".
 */
export class ReloadableNode implements RunningNode {
  readonly #options: ReloadOptions;
  #configuration: Configuration;
  #node: ComposedNode | undefined;
  #last: ComposedNode;
  #reloading: Promise<void> | undefined;

  static async start(options: ReloadOptions): Promise<ReloadableNode> {
    return new ReloadableNode(options, await options.compose(options.configuration, options.logger));
  }

  private constructor(options: ReloadOptions, node: ComposedNode) {
    this.#options = options;
    this.#configuration = options.configuration;
    this.#node = node;
    this.#last = node;
  }

  get node() {
    return this.#last.node;
  }

  get peerAddress() {
    return this.#last.peerAddress;
  }

  get ready(): boolean {
    return this.#node?.ready ?? false;
  }

  get mayWrite(): boolean {
    return this.#last.mayWrite;
  }

  /** Throws a ServiceError `invalid` where the new configuration cannot be used; the node then runs by the old one. */
  reload(): Promise<void> {
    this.#reloading ??= this.#reload().finally(() => {
      this.#reloading = undefined;
    });
    return this.#reloading;
  }

  async close(): Promise<void> {
    await this.#reloading?.catch(() => {});
    await this.#node?.close();
  }

  get objects() {
    return this.#current().objects;
  }

  get quarantine() {
    return this.#current().quarantine;
  }

  get conflicts() {
    return this.#current().conflicts;
  }

  get collection() {
    return this.#current().collection;
  }

  get why() {
    return this.#current().why;
  }

  voids = () => this.#current().voids();
  repair = (places: readonly BatchPlace[]) => this.#current().repair(places);
  status = () => this.#current().status();
  digest = () => this.#current().digest();
  digestParts = (paths: readonly string[]) => this.#current().digestParts(paths);
  cellsNamed = (names: readonly Uint8Array[]) => this.#current().cellsNamed(names);
  createEntry = (entry: NewRow | NewOperation) => this.#current().createEntry(entry);
  getEntry = (uid: Uid) => this.#current().getEntry(uid);
  unevict = (rows: EvictedRows) => this.#current().unevict(rows);
  adoptLeftovers = () => this.#current().adoptLeftovers();
  addToCounter = (name: string, by: number) => this.#current().addToCounter(name, by);
  addToCounters = (sums: ReadonlyMap<string, number>) => this.#current().addToCounters(sums);
  getCounter = (name: string) => this.#current().getCounter(name);
  putRegister = (name: string, value: Value) => this.#current().putRegister(name, value);
  getRegister = (name: string) => this.#current().getRegister(name);
  changeSet = (name: string, add: readonly Value[], remove: readonly Value[]) =>
    this.#current().changeSet(name, add, remove);
  getSet = (name: string) => this.#current().getSet(name);
  sync = (node: string) => this.#current().sync(node);
  disconnect = (node: string) => this.#current().disconnect(node);
  connect = (node: string) => this.#current().connect(node);

  #current(): ComposedNode {
    if (this.#node === undefined)
      throw new ServiceError("not-ready", "the node is being reloaded; try again");
    return this.#node;
  }

  async #reload(): Promise<void> {
    const { compose, logger, onLost } = this.#options;
    const next = this.#next();
    const old = this.#current();
    this.#node = undefined;
    try {
      await old.close();
      try {
        this.#use(next, await compose(next, logger));
      } catch (error) {
        this.#use(this.#configuration, await compose(this.#configuration, logger));
        throw refusal(error);
      }
    } catch (error) {
      if (this.#node === undefined) onLost(error);
      throw error;
    }
    logger.info("reloaded");
  }

  #use(configuration: Configuration, node: ComposedNode): void {
    this.#configuration = configuration;
    this.#node = node;
    this.#last = node;
  }

  /** Peers look for this node where it was, and its files must stay its own. */
  #next(): Configuration {
    let next: Configuration;
    try {
      next = this.#options.reread();
    } catch (error) {
      throw refusal(error);
    }
    const before = this.#configuration;
    if (next.storage.path !== before.storage.path)
      throw new ServiceError(
        "invalid",
        "storage.path cannot change while the node runs; stop it, then start it",
      );
    const port = Number(this.peerAddress?.split(":").at(-1) ?? 0);
    return next.network.port === 0 ? { ...next, network: { ...next.network, port } } : next;
  }
}

function refusal(error: unknown): unknown {
  const isExpected = error instanceof Error && typeof (error as { code?: unknown }).code === "string";
  return isExpected ? new ServiceError("invalid", (error as Error).message) : error;
}
