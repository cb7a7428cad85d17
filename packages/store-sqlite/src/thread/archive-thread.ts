import { MessageChannel, type TransferListItem, Worker } from "node:worker_threads";
import type { NodeId, Uid } from "@jarvis-crdt/crdt";
import { ArchiveError, type ArchiveErrorCode } from "../archive/error.ts";
import type { Exchange } from "../archive/exchange.ts";
import { KeyFinder } from "../archive/key-finder.ts";
import type { LocalKey } from "../archive/local-key.ts";
import type { PackingState } from "../state/state.ts";
import { ArchiveThreadError, asThreadError } from "./archive-thread-error.ts";
import type { ArchiveWorkerData, FromArchive, ToArchive } from "./archive-worker.ts";
import { makeSignals, type StateSignals, work } from "./remote-state.ts";
import { serveState } from "./serve-state.ts";
import { ShownWaiters } from "./shown-waiters.ts";

/** Rows pass through and are gone: a larger young generation only takes memory. */
const maxYoungGenerationSizeMb = 12;

/** The archive that a thread works on, the state that it asks, and the script that it runs. */
export interface ArchiveThreadOptions {
  readonly path: string;
  readonly node: NodeId;
  readonly state: PackingState;
  /** The script that calls `runArchiveWorker`. */
  readonly worker: URL;
  /** Given to the script, which maps tables by it; plain data. */
  readonly mapping?: unknown;
  /** Megabytes of objects that the thread may hold at once; as much as the runtime gives it, unless given. */
  readonly memoryMb?: number;
  readonly onExchange?: (exchange: Exchange) => void;
  /** What the loop met; it goes on. Said once for as long as nothing changes. */
  readonly onError?: (error: Failure) => void;
  /** The thread ended without being told to: nobody could go on without the archive. Thrown as uncaught, unless given. */
  readonly onLost?: (error: Error) => void;
}

type Failure = Error & { readonly code?: string };

interface Health {
  failure: Failure | undefined;
}

/**
 * An archive that is read and written by a thread of its own, so that the node goes on answering and receiving while
 * rows are shown; the state stays with the thread that opened it. Close it before the state.
 */
export class ArchiveThread {
  readonly #state: PackingState;
  readonly #worker: Worker;
  readonly #waiters: ShownWaiters;
  readonly #signals: StateSignals;
  readonly #keys: KeyFinder;
  readonly #health: Health;
  readonly #exited: Promise<void>;
  readonly #drains = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  #tickets = 0;
  #running = true;
  #isClosing = false;
  #isLost = false;

  /** Throws ArchiveError where the file cannot be used. */
  static async open(options: ArchiveThreadOptions): Promise<ArchiveThread> {
    const { path, node, state, worker: script, mapping } = options;
    const { port1, port2 } = new MessageChannel();
    const signals = makeSignals();
    const waiters = new ShownWaiters();
    const health: Health = { failure: undefined };
    serveState(state, port1, signals, {
      planned: (more) => waiters.planned(more),
      confirmed: () => waiters.confirmed(),
      failed: (error) => {
        health.failure = error as Failure;
        options.onError?.(health.failure);
      },
    });
    const workerData: ArchiveWorkerData = { path, node, port: port2, signals, mapping };
    const transferList: TransferListItem[] = [port2];
    const { memoryMb } = options;
    const resourceLimits = {
      maxYoungGenerationSizeMb,
      ...(memoryMb !== undefined && { maxOldGenerationSizeMb: memoryMb }),
    };
    const worker = new Worker(script, { workerData, transferList, resourceLimits });
    // The port closes after its last message, which may be delivered when the thread is gone already.
    const told = new Promise<void>((resolve) => port1.once("close", () => resolve()));
    const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
    const exited = Promise.all([told, ended]).then(() => {});
    try {
      await opened(worker);
    } catch (error) {
      await exited;
      port1.close();
      throw error;
    }
    return new ArchiveThread(options, worker, signals, waiters, health, exited);
  }

  private constructor(
    options: ArchiveThreadOptions,
    worker: Worker,
    signals: StateSignals,
    waiters: ShownWaiters,
    health: Health,
    exited: Promise<void>,
  ) {
    this.#state = options.state;
    this.#health = health;
    this.#waiters = waiters;
    this.#worker = worker;
    this.#signals = signals;
    this.#exited = exited;
    this.#keys = new KeyFinder(options.path);
    worker.on("message", (message: FromArchive) => {
      if (message.say === "exchange" || message.say === "well") health.failure = undefined;
      if (message.say === "exchange") options.onExchange?.(message.exchange);
      else if (message.say === "drained") this.#drained(message.ticket, message.failure);
      else if (message.say === "error") {
        health.failure = errorOf(message);
        // An open connection would keep a file that was emptied in place from being made anew.
        this.#keys.letGo();
        options.onError?.(health.failure);
      }
    });
    const { onLost = raise } = options;
    worker.on("error", (error) => {
      this.#isLost = true;
      onLost(asThreadError(error));
    });
    worker.once("exit", (code) => {
      this.#running = false;
      if (!this.#isClosing && !this.#isLost)
        onLost(new ArchiveThreadError(`by itself, with exit code ${code}`));
      waiters.end();
      for (const ticket of [...this.#drains.keys()]) this.#drained(ticket, "the archive is closed");
    });
  }

  /** The state has changed: if it has something to show, it is shown at once. */
  wake(): void {
    if (!this.#running || !this.#state.hasMore()) return;
    Atomics.store(this.#signals, 1, work.some);
    this.#tell({ say: "wake" });
  }

  /** Resolves once everything is shown that the state has to show now; also when the thread ends. */
  async shown(): Promise<void> {
    if (this.#running && this.#state.hasWork()) await this.#waiters.wait(!this.#state.hasMore());
  }

  /** Why archive and state cannot be brought together now; undefined where they can, or only wait for another program. */
  get failure(): Failure | undefined {
    return this.#health.failure;
  }

  /** Rows of the archive that no log knows; they wait for a peer to know them, or for being adopted. */
  get leftovers(): number {
    return Atomics.load(this.#signals, 2);
  }

  /** From now on rows of the archive that no log knows become rows of this node. */
  adoptLeftovers(): void {
    this.#tell({ say: "adopt" });
  }

  /** Resolves once everything the application wrote is captured and everything in the state is shown. */
  drain(): Promise<void> {
    if (!this.#running) return Promise.reject(new Error("the archive is closed"));
    if (this.#state.hasMore()) Atomics.store(this.#signals, 1, work.some);
    return new Promise((resolve, reject) => {
      const ticket = this.#tickets++;
      this.#drains.set(ticket, { resolve, reject });
      this.#tell({ say: "drain", ticket });
    });
  }

  /** Where a row is shown. */
  keyOf(table: string, uid: Uid): LocalKey | undefined {
    return this.#keys.keyOf(table, uid);
  }

  /** What the thread reads at great length it leaves; what it writes it finishes. To be closed soon. */
  hurry(): void {
    Atomics.store(this.#signals, 3, 1);
  }

  /** Ends the thread after the run under way, and closes the file. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.hurry();
    // Whoever closes the file last moves its write-ahead log into it; a connection that only reads cannot, and a log that
    // is left would undo a copy which is put in the file's place.
    this.#keys.close();
    if (this.#running) this.#tell({ say: "stop" });
    await this.#exited;
  }

  #tell(message: ToArchive): void {
    this.#worker.postMessage(message);
  }

  #drained(ticket: number, failure: string | undefined): void {
    const waiting = this.#drains.get(ticket);
    this.#drains.delete(ticket);
    if (failure === undefined) waiting?.resolve();
    else waiting?.reject(new Error(failure));
  }
}

function raise(error: Error): never {
  throw error;
}

function opened(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => reject(asThreadError(error));
    const ended = (code: number): void =>
      reject(new ArchiveThreadError(`before it had opened the file, with exit code ${code}`));
    worker.once("error", failed);
    worker.once("exit", ended);
    worker.once("message", (message: FromArchive) => {
      worker.off("error", failed);
      worker.off("exit", ended);
      if (message.say === "error") reject(errorOf(message));
      else resolve();
    });
  });
}

function errorOf(message: Extract<FromArchive, { say: "error" }>): Failure {
  const { code } = message;
  if (code === undefined) return new Error(message.message);
  if (code.startsWith("SQLITE")) return Object.assign(new Error(message.message), { code });
  return new ArchiveError(code as ArchiveErrorCode, message.message);
}
