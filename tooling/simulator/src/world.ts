import type { LogId, NodeId } from "@jarvis-crdt/crdt";
import type { SessionLimits } from "@jarvis-crdt/sync";
import { collect } from "./collect.ts";
import { type CryptoMode, cryptoOf } from "./crypto.ts";
import type { Disk } from "./disk.ts";
import { certificateOf, nodeId } from "./identity.ts";
import { Judge } from "./judge.ts";
import { Ledger } from "./ledger.ts";
import { Machine } from "./machine.ts";
import { MemoryDisk } from "./memory-disk.ts";
import { Network } from "./network.ts";
import type { MachinePlan, Plan } from "./plan.ts";
import { chance } from "./random.ts";
import { SqliteDisk } from "./sqlite-disk.ts";
import type { Step } from "./step.ts";
import { synchronise } from "./synchronise.ts";
import { Tamper } from "./tamper.ts";
import { drained, Timeline } from "./timeline.ts";
import { Writer } from "./writer.ts";

export interface WorldOptions {
  readonly seed: number;
  readonly crypto?: CryptoMode;
  readonly store?: "memory" | "sqlite";
  /** Looks at every message; off for runs with very many. */
  readonly watch?: boolean;
  /** A message was read. */
  readonly onRead?: (from: number, to: number, message: Uint8Array, at: number) => void;
}

/** Small enough that a handful of writes fills them; a closed batch of 256 KiB still fits. */
const smallWindows: Partial<SessionLimits> = {
  window: 400 * 1024,
  maxBatch: 300 * 1024,
  quantum: 300,
  maxLoads: 2,
  page: 3,
};

/** A cluster while it runs: machines, network, what happens to them by the plan, what callers were told. */
export class World {
  readonly timeline = new Timeline();
  readonly machines: Machine[] = [];
  readonly network: Network;
  readonly judge = new Judge(this.timeline);
  readonly ledger = new Ledger();
  /** Logs that two machines wrote, because one was cloned, or of which a part was stamped ahead and abandoned. */
  readonly forked = new Set<LogId>();
  readonly plan: Plan;
  /** Batches of which the operations were thrown away. */
  emptied = 0;
  messages = 0;
  bytes = 0;
  readonly #options: WorldOptions;
  readonly #writer = new Writer(this.ledger);
  /** Steps that are being carried out. */
  #busy = 0;

  constructor(plan: Plan, options: WorldOptions) {
    this.plan = plan;
    this.#options = options;
    const watch = options.watch ?? true;
    this.network = new Network({
      ...plan.network,
      seed: options.seed,
      timeline: this.timeline,
      endOf: (index) => this.machines[index]?.process?.end,
      onSent: (from, _to, message) => {
        this.messages++;
        this.bytes += message.length;
        if (watch) this.judge.said(this.machines[from]!, message);
      },
      onRead: (from, to, message) => options.onRead?.(from, to, message, this.timeline.now),
      onOverflow: (from, to, bytes) => this.judge.overflowed(this.machines[from]!, to, bytes),
      onEnded: (a, b, code) => this.judge.ended(this.machines[a]!, this.machines[b]!, code),
    });
    for (const [index, machine] of plan.machines.entries()) this.#build(index, nodeId(index + 1), machine);
    for (const [a, b] of plan.edges) this.network.join(a, b);
    for (const step of plan.steps) this.timeline.at(step.at, () => this.#run(step));
  }

  async start(): Promise<void> {
    for (const machine of this.machines) {
      if (!machine.away) this.#spawn(machine.start());
    }
    await this.timeline.runUntil(0);
    await drained();
  }

  /** Whether somebody waits for a machine that could still answer. */
  get isBusy(): boolean {
    return this.#busy > 0 || this.machines.some(({ process }) => process && process.store.writes > 0);
  }

  /** Machines of which something is expected. */
  get honest(): readonly Machine[] {
    return this.machines.filter((machine) => machine.isHonest && !machine.away);
  }

  /** Ends all faults: what is down starts, clocks are right, everybody gets through and has the newest program. */
  async calm(): Promise<void> {
    this.network.heal();
    for (const machine of this.machines) {
      if (machine.isHonest) {
        machine.skew = 0;
        machine.diskDelay = 0;
        machine.hungUntil = 0;
      }
      if (machine.away) continue;
      const newest = Math.max(
        ...this.plan.machines.map(({ schema }) => schema),
        ...this.machines.map((one) => one.schema),
      );
      if (machine.schema !== newest) this.#spawn(this.#restart(machine, newest));
      else this.#spawn(this.#begin(machine));
    }
    await drained();
  }

  async close(): Promise<void> {
    for (const machine of this.machines) await machine.discard();
  }

  #build(index: number, node: NodeId, plan: MachinePlan, disk = this.#newDisk(index)): Machine {
    const { seed, crypto: mode = "cheap" } = this.#options;
    // The identity follows from the node: a cloned machine has the same key.
    const crypto = cryptoOf(mode, Number.parseInt(node.slice(-12), 16));
    const stranger = certificateOf(node, new Uint8Array(32), crypto.hasher).fill(0, 68);
    if (plan.byzantine) this.judge.distrust(node);
    const machine = new Machine({
      index,
      node,
      plan,
      seed,
      timeline: this.timeline,
      crypto,
      disk,
      limits: this.plan.smallWindows ? smallWindows : undefined,
      ...(plan.byzantine && { tamper: new Tamper(chance(seed, "tamper", index), stranger) }),
      onAbandoned: (log) => this.forked.add(log),
      onProblem: (peer, code, message) => this.judge.refused(machine, peer, code, message),
    });
    this.machines[index] = machine;
    return machine;
  }

  #newDisk(index: number): Disk {
    return this.#options.store === "sqlite" ? new SqliteDisk(`machine ${index}`) : new MemoryDisk();
  }

  #run(step: Step): void {
    this.#spawn(this.#perform(step));
  }

  #spawn(work: Promise<unknown>): void {
    this.#busy++;
    work.catch((error) => this.judge.defect(error)).finally(() => this.#busy--);
  }

  async #perform(step: Step): Promise<void> {
    if (step.do === "heal") return this.network.partition([]);
    if (step.do === "partition") return this.network.partition(step.sides);
    if (step.do === "cut") return this.network.cut(step.a, step.b);
    if (step.do === "sync") {
      // Likewise not waited for, where it is never answered.
      synchronise(this.machines[step.a], this.machines[step.b], this.judge).catch((error) =>
        this.judge.defect(error),
      );
      return;
    }
    if (step.do === "join") return this.network.join(step.a, step.b);
    if (step.do === "block") return this.network.block(step.from, step.to);
    if (step.do === "unblock") return this.network.unblock(step.from, step.to);
    const machine = this.machines[step.machine];
    if (!machine) return;
    switch (step.do) {
      case "write":
        // Not waited for: where the process ends nobody is answered.
        this.#writer.write(machine, step).catch((error) => this.judge.defect(error));
        return;
      case "hang":
        machine.hungUntil = this.timeline.now + step.ms;
        return;
      case "delay":
        return this.network.delay(machine.index, step.ms);
      case "disk":
        machine.diskDelay = step.ms;
        return;
      case "crash":
        this.network.lost(machine.index);
        await machine.crash(step.loss);
        if (step.loss === "power" && machine.plan.durability === "normal") this.#excuse();
        return;
      case "stop":
        this.network.lost(machine.index);
        return machine.stop();
      case "start":
        return this.#begin(machine);
      case "upgrade":
        return this.#restart(machine, 1);
      case "backup":
        return machine.backup();
      case "restore":
        this.network.lost(machine.index);
        await machine.crash("process");
        if (await machine.restore()) this.#excuse();
        return this.#begin(machine);
      case "clone":
        return this.#clone(machine, step.peers);
      case "enter":
        machine.away = false;
        return this.#begin(machine);
      case "leave":
        this.network.lost(machine.index);
        this.network.forget(machine.index);
        machine.away = true;
        await machine.crash("process");
        return this.#excuse();
      case "collect":
        // Likewise.
        collect(machine, this.machines, step, (batches) => {
          this.emptied += batches;
        }).catch((error) => this.judge.defect(error));
        return;
      case "clock":
        machine.skew += step.by;
        return;
      case "attack": {
        if (!machine.tamper) return;
        machine.tamper.attack = step.how;
        this.timeline.after(step.ms, () => {
          machine.tamper!.attack = undefined;
        });
      }
    }
  }

  async #begin(machine: Machine, continued?: LogId): Promise<void> {
    if (await machine.start(continued)) this.network.appeared(machine.index);
  }

  async #restart(machine: Machine, schema: number): Promise<void> {
    this.network.lost(machine.index);
    await machine.stop();
    machine.schema = schema;
    await this.#begin(machine);
  }

  /** A second copy of a running machine: same disk, same key, and it goes on in the middle of the same log. */
  async #clone(machine: Machine, peers: readonly number[]): Promise<void> {
    const log = machine.ownLog;
    const index = this.machines.length;
    const copy = this.#build(index, machine.node, machine.plan, machine.copyDisk());
    copy.skew = machine.skew;
    copy.schema = machine.schema;
    if (log) this.forked.add(log);
    for (const peer of peers) this.network.join(index, peer);
    await this.#begin(copy, log);
  }

  /** A machine has lost what it had written last; what others hold must come back. */
  #excuse(): void {
    const holders = this.machines.filter((one) => one.isHonest && !one.away).map(({ covered }) => covered);
    // Who holds a sequence of a log that was written twice may hold the other one.
    this.ledger.excuse(
      ({ log, seq }) => !this.forked.has(log) && holders.some((covered) => (covered.get(log) ?? 0) >= seq),
    );
  }
}
