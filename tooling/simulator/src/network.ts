import { backoffDelay, defaultBackoff } from "@jarvis-crdt/transport";
import { chance } from "./random.ts";
import type { Timeline } from "./timeline.ts";
import { Wire, type WireEnd, type WireOptions } from "./wire.ts";

export interface NetworkOptions {
  readonly seed: number;
  readonly timeline: Timeline;
  readonly latency: number;
  readonly jitter: number;
  readonly bandwidth: number;
  /** Of a hundred messages so many end their connection. */
  readonly loss: number;
  /** The process that runs on a machine, if one does. */
  readonly endOf: (machine: number) => WireEnd | undefined;
  readonly onSent: WireOptions["onSent"];
  readonly onRead: WireOptions["onRead"];
  readonly onOverflow: WireOptions["onOverflow"];
  /** A connection between processes that both lived has ended, and why. */
  readonly onEnded: (a: number, b: number, code: string) => void;
}

interface Edge {
  readonly a: number;
  readonly b: number;
  wire: Wire | undefined;
  attempt: number;
  /** Connections made so far. */
  made: number;
  dialling: boolean;
}

/** Who keeps connections to whom, and what gets through. */
export class Network {
  readonly #options: NetworkOptions;
  readonly #edges = new Map<string, Edge>();
  readonly #blocked = new Set<string>();
  readonly #slow = new Map<number, number>();
  #sides: readonly number[] = [];
  #loss: number;

  constructor(options: NetworkOptions) {
    this.#options = options;
    this.#loss = options.loss;
  }

  /** Connections made so far. */
  get connections(): number {
    let sum = 0;
    for (const { made } of this.#edges.values()) sum += made;
    return sum;
  }

  /** From now on `a` keeps a connection to `b`. */
  join(a: number, b: number): void {
    const name = `${Math.min(a, b)}-${Math.max(a, b)}`;
    if (a === b || this.#edges.has(name)) return;
    const edge = { a, b, wire: undefined, attempt: 0, made: 0, dialling: false };
    this.#edges.set(name, edge);
    this.#dial(edge, 0);
  }

  /** A machine is gone for ever: nobody dials it any more. */
  forget(machine: number): void {
    for (const [name, { a, b }] of this.#edges) if (a === machine || b === machine) this.#edges.delete(name);
  }

  /** Cuts the connection between two machines, which will dial again. */
  cut(a: number, b: number): void {
    for (const edge of this.#edges.values())
      if ((edge.a === a && edge.b === b) || (edge.a === b && edge.b === a))
        edge.wire?.break("interrupted", "each in its time");
  }

  /** Machines of different sides do not get through to each other. */
  partition(sides: readonly number[]): void {
    this.#sides = sides;
    this.#wake();
  }

  block(from: number, to: number): void {
    this.#blocked.add(`${from}>${to}`);
  }

  unblock(from: number, to: number): void {
    this.#blocked.delete(`${from}>${to}`);
    this.#wake();
  }

  /** Whatever a machine sends or gets takes so much longer. */
  delay(machine: number, ms: number): void {
    this.#slow.set(machine, ms);
  }

  /** Everything gets through again, and nothing is lost. */
  heal(): void {
    this.#sides = [];
    this.#blocked.clear();
    this.#slow.clear();
    this.#loss = 0;
    this.#wake();
  }

  /** The process of a machine ended. */
  lost(machine: number): void {
    for (const { a, b, wire } of this.#edges.values())
      if (a === machine || b === machine) wire?.lose(machine);
  }

  /** A process runs again: it dials, and so do those who miss it. */
  appeared(machine: number): void {
    for (const edge of this.#edges.values()) {
      if (edge.a !== machine && edge.b !== machine) continue;
      edge.attempt = 0;
      this.#dial(edge, 0);
    }
  }

  #wake(): void {
    for (const { wire } of this.#edges.values()) wire?.wake();
  }

  #isBlocked = (from: number, to: number): boolean => {
    if (this.#blocked.has(`${from}>${to}`)) return true;
    return (this.#sides[from] ?? 0) !== (this.#sides[to] ?? 0);
  };

  #latency(edge: Edge): WireOptions["latency"] {
    const { latency, jitter, seed } = this.#options;
    const random = chance(seed, "latency", edge.a, edge.b, edge.made);
    return (from, to) =>
      latency +
      (this.#slow.get(from) ?? 0) +
      (this.#slow.get(to) ?? 0) +
      random.below(Math.round(jitter) + 1);
  }

  #dial(edge: Edge, delay: number): void {
    if (edge.dialling) return;
    edge.dialling = true;
    this.#options.timeline.after(delay, () => {
      edge.dialling = false;
      this.#connect(edge);
    });
  }

  #again(edge: Edge): void {
    const random = chance(this.#options.seed, "backoff", edge.a, edge.b, edge.made, edge.attempt);
    this.#dial(edge, backoffDelay(defaultBackoff, edge.attempt++, random.below(1000) / 1000));
  }

  #connect(edge: Edge): void {
    const { timeline, endOf, seed } = this.#options;
    const { a, b } = edge;
    if (!this.#isWanted(edge) || (edge.wire && !edge.wire.isBroken)) return;
    const ends = [endOf(a), endOf(b)] as const;
    if (!ends[0] || !ends[1] || this.#isBlocked(a, b) || this.#isBlocked(b, a)) {
      this.#again(edge);
      return;
    }
    const latency = this.#latency(edge);
    // There and back and there: the handshake.
    const handshake = latency(a, b) + latency(b, a) + latency(a, b);
    const made = edge.made++;
    edge.dialling = true;
    timeline.after(handshake, () => {
      edge.dialling = false;
      const [left, right] = [endOf(a), endOf(b)];
      const isAsBefore = this.#isWanted(edge) && left === ends[0] && right === ends[1];
      if (!isAsBefore || !left || !right || this.#isBlocked(a, b) || this.#isBlocked(b, a)) {
        this.#again(edge);
        return;
      }
      // A peer that comes back replaces the connection of which this side has not noticed the end.
      edge.wire?.break("duplicate", "at once");
      const random = chance(seed, "wire", a, b, made);
      const wire: Wire = new Wire(left, right, {
        ...this.#options,
        random,
        latency,
        isBlocked: this.#isBlocked,
        loses: () => this.#loss > 0 && random.below(10_000) < this.#loss * 100,
        onGone: (code) => this.#gone(edge, wire, code),
      });
      edge.wire = wire;
      void wire.open();
    });
  }

  #gone(edge: Edge, wire: Wire, code: string): void {
    if (edge.wire !== wire) return;
    edge.wire = undefined;
    this.#options.onEnded(edge.a, edge.b, code);
    this.#again(edge);
  }

  #isWanted(edge: Edge): boolean {
    return this.#edges.get(`${Math.min(edge.a, edge.b)}-${Math.max(edge.a, edge.b)}`) === edge;
  }
}
