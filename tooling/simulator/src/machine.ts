import type { LogId, NodeId } from "@jarvis-crdt/crdt";
import { ClockWatch, Replica } from "@jarvis-crdt/replica";
import { MemoryStore } from "@jarvis-crdt/store";
import type { SessionLimits } from "@jarvis-crdt/sync";
import type { Crypto } from "./crypto.ts";
import type { Disk, Loss } from "./disk.ts";
import { authorityOf, beginning, certificateOf, cluster, schemas } from "./identity.ts";
import type { MachinePlan } from "./plan.ts";
import { ProcessStore } from "./process-store.ts";
import { between, chance, happens } from "./random.ts";
import type { Tamper } from "./tamper.ts";
import type { Timeline } from "./timeline.ts";
import type { WireEnd } from "./wire.ts";

export interface MachineOptions {
  readonly index: number;
  readonly node: NodeId;
  readonly plan: MachinePlan;
  readonly seed: number;
  readonly timeline: Timeline;
  readonly crypto: Crypto;
  readonly disk: Disk;
  readonly limits: Partial<SessionLimits> | undefined;
  readonly tamper?: Tamper;
  /** A log of which the machine abandoned a part, because its clock had been ahead. */
  readonly onAbandoned: (log: LogId) => void;
  readonly onProblem: (peer: NodeId | undefined, code: string, message: string) => void;
}

interface Process {
  readonly store: ProcessStore;
  readonly replica: Replica;
  readonly end: WireEnd;
  readonly stop: () => void;
}

/** How often what could not be judged is asked for again, and what is in doubt compared, as the shipped node does. */
const retryMs = 5_000;
const tickMs = 1_000;
/** What `durability: normal` may lose: a checkpoint is fsynced so often. */
const checkpointMs = 1_000;

/** A computer: its disk, its clock, and the process that runs on it or does not. */
export class Machine {
  readonly index: number;
  readonly node: NodeId;
  readonly plan: MachinePlan;
  schema: number;
  /** Milliseconds by which its clock is ahead. */
  skew: number;
  /** Each write takes so much longer. */
  diskDelay = 0;
  hungUntil = 0;
  /** Left, or not there yet. */
  away: boolean;
  /** The log that it wrote last. */
  ownLog: LogId | undefined;
  readonly backups: Disk[] = [];
  readonly tamper: Tamper | undefined;
  readonly #options: MachineOptions;
  #disk: Disk;
  #process: Process | undefined;
  #changes: Promise<unknown> = Promise.resolve();
  #starts = 0;
  #left: ReadonlyMap<LogId, number> = new Map();

  constructor(options: MachineOptions) {
    this.#options = options;
    this.index = options.index;
    this.node = options.node;
    this.plan = options.plan;
    this.schema = options.plan.schema;
    this.skew = options.plan.skew;
    this.away = options.plan.absent;
    this.tamper = options.tamper;
    this.#disk = options.disk;
  }

  get process(): Process | undefined {
    return this.#process;
  }

  get isHonest(): boolean {
    return !this.plan.byzantine;
  }

  /** Unix milliseconds by its own clock. */
  now(): number {
    return Math.floor(beginning + this.#options.timeline.now + this.skew);
  }

  /** How far each log is durable here, as far as is known while no process runs. */
  get covered(): ReadonlyMap<LogId, number> {
    return this.#process?.store.covered ?? this.#left;
  }

  start(continued?: LogId): Promise<boolean> {
    return this.#inTurn(async () => {
      if (this.#process || this.away) return false;
      await this.#start(continued);
      return true;
    });
  }

  /** Ends the process in good order. */
  stop(): Promise<void> {
    return this.#inTurn(async () => {
      const process = this.#process;
      if (!process) return;
      this.#process = undefined;
      this.#left = process.store.covered;
      process.stop();
      await process.replica.close();
      await process.store.close();
      this.#disk.sync();
    });
  }

  crash(loss: Loss): Promise<void> {
    return this.#inTurn(async () => {
      const process = this.#process;
      if (!process) return;
      this.#process = undefined;
      const isWhole = loss === "process" || this.plan.durability === "full";
      this.#left = isWhole ? process.store.covered : new Map();
      process.stop();
      const random = chance(this.#options.seed, "crash", this.index, this.#starts);
      await process.store.kill(happens(random, 50));
      await this.#options.timeline.outside(this.#disk.crash(loss));
    });
  }

  backup(): void {
    this.backups.push(this.#disk.copy());
  }

  /** Puts back the last backup. Only while no process runs. */
  restore(): Promise<boolean> {
    return this.#inTurn(async () => {
      const backup = this.backups.at(-1);
      if (!backup || this.#process) return false;
      this.#disk.discard();
      this.#disk = backup.copy();
      this.#left = new Map();
      return true;
    });
  }

  copyDisk(): Disk {
    return this.#disk.copy();
  }

  /** Nothing of it is needed any more. What was going on is not waited for: it may need time that does not pass. */
  async discard(): Promise<void> {
    this.#process?.stop();
    await this.#process?.store.kill(false);
    await this.#disk.crash("process");
    for (const disk of [this.#disk, ...this.backups]) disk.discard();
  }

  /** A process starts or ends at a time, in the order in which that was asked for. */
  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const changed = this.#changes.then(change);
    this.#changes = changed.catch(() => undefined);
    return changed;
  }

  async #start(continued: LogId | undefined): Promise<void> {
    const { index, seed, timeline, crypto, limits, onAbandoned, onProblem } = this.#options;
    const start = this.#starts++;
    const random = chance(seed, "machine", index, start);
    const watch = new ClockWatch({ now: () => this.now(), elapsed: () => timeline.now });
    const isRefused = () => this.isHonest && watch.verdict.kind === "contradicted";
    const opening = this.#disk.open({
      ...crypto,
      node: this.node,
      cluster,
      now: () => this.now(),
      random: (bytes) => random.bytes(bytes),
      schema: schemas[this.schema]!,
      refusal: () => (isRefused() ? "the clock is contradicted" : undefined),
    });
    const inner = await timeline.outside(opening);
    // A log that it had abandoned before it was cloned neither of the two goes on with.
    const abandoned = (await inner.voids()).some(({ log }) => log === continued);
    if (continued !== undefined && !abandoned && inner instanceof MemoryStore) inner.continueLog(continued);
    const isFull = this.plan.durability === "full";
    const store = await ProcessStore.open({
      inner,
      timeline,
      heals: this.isHonest,
      latency: () => between(random, 1, 4) + this.diskDelay,
      onWritten: () => isFull && this.#disk.sync(),
    });
    // Not `store`: what a node writes before it listens is done before anything else happens.
    await inner.putCertificate(this.node, certificateOf(this.node, crypto.publicKey, crypto.hasher));
    this.#disk.sync();
    const replica = await Replica.open({
      ...crypto,
      store,
      authority: authorityOf(crypto.hasher),
      certificate: certificateOf(this.node, crypto.publicKey, crypto.hasher),
      now: () => this.now(),
      turn: () => timeline.sleep(0),
      clock: {
        watch,
        onFuture: () =>
          void inner.voids().then((voids) => {
            for (const { log } of voids) onAbandoned(log);
          }),
      },
      mode: this.plan.mode,
      ...(limits && { limits }),
      onProblem,
    });
    const timers = [
      every(timeline, retryMs, () => replica.retryHeld()),
      every(timeline, tickMs, () => replica.tick()),
      every(timeline, checkpointMs, () => this.#disk.sync()),
    ];
    const stop = (): void => {
      for (const cancel of timers) cancel();
    };
    const end: WireEnd = {
      machine: index,
      node: this.node,
      replica,
      hungUntil: () => this.hungUntil,
      tamper: (message) => this.tamper?.send(message) ?? [message],
    };
    this.#process = { store, replica, end, stop };
  }
}

/** Calls `run` every `ms` until stopped. */
function every(timeline: Timeline, ms: number, run: () => void): () => void {
  let cancel = timeline.after(ms, function again() {
    run();
    cancel = timeline.after(ms, again);
  });
  return () => cancel();
}
