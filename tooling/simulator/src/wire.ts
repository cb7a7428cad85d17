import type { PeerLink, PeerSession, Replica } from "@jarvis-crdt/replica";
import type { Random } from "@jarvis-crdt/store/conformance";
import { transportLimits } from "@jarvis-crdt/transport";
import type { Timeline } from "./timeline.ts";

/** One side of a connection: a running process, and what the world does to it. */
export interface WireEnd {
  readonly machine: number;
  readonly node: string;
  readonly replica: Replica;
  /** Milliseconds from which on it reads again. */
  readonly hungUntil: () => number;
  /** What leaves it in place of a message. */
  readonly tamper: (message: Uint8Array) => readonly Uint8Array[];
}

export interface WireOptions {
  readonly timeline: Timeline;
  readonly random: Random;
  /** One way, ms, for the next message. */
  readonly latency: (from: number, to: number) => number;
  /** Bytes per ms. */
  readonly bandwidth: number;
  readonly loses: () => boolean;
  readonly isBlocked: (from: number, to: number) => boolean;
  readonly onSent: (from: number, to: number, message: Uint8Array) => void;
  readonly onRead: (from: number, to: number, message: Uint8Array) => void;
  /** More waits at a sender than it may ever have accepted. */
  readonly onOverflow: (from: number, to: number, bytes: number) => void;
  /** Both ends know that it is over. */
  readonly onGone: (ended: string) => void;
}

/** What two kernels hold between two processes, each way. */
const kernelBytes = 256 * 1024;

/**
 * A connection between two processes: whole messages, in order, until it ends somewhere in the middle. What one side
 * does not read fills the kernels and then the sender's queue, as the transport's limits say. Either end may learn of
 * the end later than the other, and goes on reading what had arrived.
 */
export class Wire {
  readonly a: WireEnd;
  readonly b: WireEnd;
  readonly #halves: readonly [Half, Half];
  readonly #options: WireOptions;
  #openEnds = 2;
  #broken = false;
  #ended = "";

  constructor(a: WireEnd, b: WireEnd, options: WireOptions) {
    this.a = a;
    this.b = b;
    this.#options = options;
    const left = new Half(this, a, b, options);
    const right = new Half(this, b, a, options);
    left.other = right;
    right.other = left;
    this.#halves = [left, right];
  }

  async open(): Promise<void> {
    await Promise.all(this.#halves.map((half) => half.attach()));
  }

  get isBroken(): boolean {
    return this.#broken;
  }

  /** Nothing gets through any more; each end notices in its own time, `at once` now. */
  break(ended: string, when: "at once" | "each in its time"): void {
    if (this.#broken && when !== "at once") return;
    this.#broken = true;
    this.#ended ||= ended;
    const { timeline, random } = this.#options;
    for (const half of this.#halves) {
      if (when === "at once") half.end();
      else {
        // A reset comes at once, silence is noticed by the transport's own clock.
        const silent = random.below(4) === 0;
        timeline.after(random.below(silent ? transportLimits.idleMs : 200), () => half.end());
      }
    }
  }

  /** The process of a machine is gone. */
  lose(machine: number): void {
    for (const half of this.#halves) if (half.self.machine === machine) half.end();
    this.break("process ended", "each in its time");
  }

  /** Something may have changed about who gets through, or reads. */
  wake(): void {
    for (const half of this.#halves) half.wake();
  }

  /** One end is done with it, having said so: the other hears what was sent before. */
  closing(code: string): void {
    this.#ended ||= code;
  }

  ended(): void {
    if (--this.#openEnds === 0) this.#options.onGone(this.#ended);
  }
}

/** What one end sends and reads. */
class Half implements PeerLink {
  readonly self: WireEnd;
  readonly node: string;
  other!: Half;
  readonly #peer: WireEnd;
  readonly #wire: Wire;
  readonly #options: WireOptions;
  #session: PeerSession | undefined;
  #open = true;
  /** It said goodbye: nothing follows what waits here. */
  #closing = false;
  #full = false;
  /** Sent and not accepted by the kernel yet. */
  #waiting: Uint8Array[] = [];
  waitingBytes = 0;
  /** Accepted by the kernels and not read by the peer. */
  #flying = 0;
  #lineFree = 0;
  #lastArrival = 0;
  /** What came for this end. */
  readonly #arrived: Uint8Array[] = [];
  #reading = false;
  #closedByPeer = false;
  /** Something on its way here was lost with the connection, and so was all behind it. */
  #cutOff = false;
  #blockedSince: number | undefined;
  /** How often the peer took something. */
  #taken = 0;

  constructor(wire: Wire, self: WireEnd, peer: WireEnd, options: WireOptions) {
    this.#wire = wire;
    this.self = self;
    this.#peer = peer;
    this.node = peer.node;
    this.#options = options;
  }

  async attach(): Promise<void> {
    const session = await this.self.replica.attach(this);
    if (!this.#open) return this.self.replica.detach(session);
    this.#session = session;
    this.#read();
  }

  send(message: Uint8Array): boolean {
    if (!this.#open || this.#closing) return false;
    for (const one of this.self.tamper(message.slice())) {
      this.#waiting.push(one);
      this.waitingBytes += one.length;
      this.#options.onSent(this.self.machine, this.#peer.machine, one);
    }
    if (this.waitingBytes > transportLimits.queueHard)
      this.#options.onOverflow(this.self.machine, this.#peer.machine, this.waitingBytes);
    this.#pump();
    this.#full ||= this.waitingBytes > transportLimits.queueSoft;
    return !this.#full;
  }

  close(code: string): void {
    this.#closing = true;
    this.#wire.closing(code);
    this.#leave();
    this.#farewell();
    this.#options.timeline.after(transportLimits.closeMs, () => {
      if (this.#open) this.#wire.break(code, "at once");
    });
  }

  /** This end knows that it is over. */
  end(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#waiting = [];
    this.waitingBytes = 0;
    this.#leave();
    this.#wire.ended();
  }

  wake(): void {
    this.#pump();
    this.#read();
  }

  #leave(): void {
    const session = this.#session;
    this.#session = undefined;
    if (session) this.self.replica.detach(session);
  }

  /** Everything was sent and it said goodbye: both ends are done when the last message is read. */
  #farewell(): void {
    if (!this.#closing || this.#waiting.length > 0 || !this.#open) return;
    const { timeline, latency } = this.#options;
    const arrival = Math.max(
      this.#lastArrival,
      timeline.now + latency(this.self.machine, this.#peer.machine),
    );
    timeline.at(arrival, () => {
      this.end();
      this.other.endAfterReading();
    });
  }

  endAfterReading(): void {
    if (this.#arrived.length > 0 || this.#reading) this.#closedByPeer = true;
    else this.end();
  }

  #pump(): void {
    const { timeline, bandwidth, latency, isBlocked, loses } = this.#options;
    const [from, to] = [this.self.machine, this.#peer.machine];
    if (!this.#open) return;
    if (isBlocked(from, to)) {
      this.#giveUpLater();
      return;
    }
    this.#blockedSince = undefined;
    while (this.#waiting.length > 0 && this.#flying < kernelBytes) {
      const message = this.#waiting.shift()!;
      this.waitingBytes -= message.length;
      if (this.#wire.isBroken) continue;
      if (loses()) {
        this.#wire.break("interrupted", "each in its time");
        return;
      }
      this.#flying += message.length;
      this.#lineFree = Math.max(timeline.now, this.#lineFree) + message.length / bandwidth;
      this.#lastArrival = Math.max(this.#lastArrival, this.#lineFree + latency(from, to));
      timeline.at(this.#lastArrival, () => this.other.#arrive(message));
    }
    if (this.#waiting.length > 0) this.#stallLater();
    if (this.#full && this.waitingBytes <= transportLimits.queueSoft / 2) {
      this.#full = false;
      this.#session?.drained();
    }
    this.#farewell();
  }

  /** Nobody answers: after a while the transport of either side ends the connection. */
  #giveUpLater(): void {
    if (this.#blockedSince !== undefined) return;
    const since = this.#options.timeline.now;
    this.#blockedSince = since;
    this.#options.timeline.after(transportLimits.idleMs, () => {
      if (this.#blockedSince === since && this.#open) this.#wire.break("idle", "at once");
    });
  }

  /** A peer that does not read is given up after a while. */
  #stallLater(): void {
    const taken = this.#taken;
    this.#options.timeline.after(transportLimits.idleMs, () => {
      if (this.#open && this.#taken === taken && this.#waiting.length > 0)
        this.#wire.break("idle", "at once");
    });
  }

  #arrive(message: Uint8Array): void {
    if (this.#wire.isBroken && this.#options.random.below(2) === 0) this.#cutOff = true;
    if (this.#cutOff || !this.#open) return;
    this.#arrived.push(message);
    this.#read();
  }

  #read(): void {
    if (this.#reading || !this.#open || this.#session === undefined) return;
    const { timeline } = this.#options;
    const wait = this.self.hungUntil() - timeline.now;
    if (wait > 0) {
      this.#reading = true;
      timeline.after(wait, () => {
        this.#reading = false;
        this.#read();
      });
      return;
    }
    const message = this.#arrived.shift();
    if (message === undefined) {
      if (this.#closedByPeer) this.end();
      return;
    }
    this.#reading = true;
    this.#options.onRead(this.#peer.machine, this.self.machine, message);
    void this.#session.receive(message).then(() => {
      this.#reading = false;
      this.other.#accepted(message.length);
      this.#read();
    });
  }

  #accepted(bytes: number): void {
    this.#flying -= bytes;
    this.#taken++;
    this.#pump();
  }
}
