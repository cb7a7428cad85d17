import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** `up`: from who dials to the target · `down`: back. */
export type Direction = "up" | "down";

export interface Loss {
  /** Of all pieces, from 0 to 1. */
  readonly share: number;
  readonly resentAfterMs: number;
  /** In [0, 1). */
  readonly random: () => number;
}

const directions: readonly Direction[] = ["up", "down"];

/** What of a stream may wait in memory. */
const maxQueued = 4 * 1024 * 1024;

/**
 * A TCP relay on the loopback interface that spoils what passes: one bit, the whole wire, one direction of
 * it, the time it takes. Its own
 * address stays the same while its target comes, goes and returns on another port.
 */
export class FaultProxy {
  /** "host:port" to dial. */
  readonly address: string;
  /** Where connections go; without a target they are closed at once. */
  target: string | undefined;
  /** How long each piece is held up, without slowing down the flow. */
  delayMs = 0;
  /**
   * Lost packets, as a program sees them: a piece that comes this much later, as TCP sends it again, and holds up what
   * is behind it.
   */
  loss: Loss | undefined;
  /** Sees every piece as it is forwarded, and keeps no reference to it. */
  tap: ((direction: Direction, piece: Uint8Array) => void) | undefined;
  /** Bytes forwarded so far. */
  readonly traffic: Record<Direction, number> = { up: 0, down: 0 };

  private readonly server: Server;
  private readonly wires = new Set<Wire>();
  private readonly flips: { direction: Direction; offset: number; bit: number }[] = [];
  private readonly cuts: { direction: Direction; left: number }[] = [];
  private blocked = false;
  private readonly frozen: Gates = {};
  private readonly stalled: Gates = {};

  private constructor(server: Server) {
    this.server = server;
    this.address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on("connection", (socket) => this.accept(socket));
  }

  static async listen(target?: string): Promise<FaultProxy> {
    const server = createServer({ allowHalfOpen: true });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const proxy = new FaultProxy(server);
    proxy.target = target;
    return proxy;
  }

  get connections(): number {
    return this.wires.size;
  }

  /** Flips one bit of the byte that comes `offset` bytes after what has passed in that direction. */
  flipBit(direction: Direction, offset: number, bit = 0): void {
    this.flips.push({ direction, offset: this.traffic[direction] + offset, bit });
  }

  /** Closes every connection once `bytes` more have passed in that direction, in the middle of whatever it is. */
  cutAfter(direction: Direction, bytes: number): void {
    this.cuts.push({ direction, left: this.traffic[direction] + bytes });
  }

  /** Closes every connection now; new ones are accepted. */
  cut(): void {
    for (const wire of this.wires) wire.close();
  }

  /** Closes every connection and accepts none until `unblock`. */
  block(): void {
    this.blocked = true;
    this.cut();
  }

  unblock(): void {
    this.blocked = false;
  }

  /**
   * Keeps connections open, takes what comes and forwards nothing until `thaw`: a wire that ends nowhere, both ways or
   * in one direction only. Nobody is told; each end can only notice that it hears nothing.
   */
  freeze(which: readonly Direction[] = directions): void {
    for (const direction of which) this.frozen[direction] ??= Promise.withResolvers<void>();
  }

  thaw(which: readonly Direction[] = directions): void {
    open(this.frozen, which);
  }

  /** Reads nothing any more in a direction until `unstall`: a peer that does not take what is sent to it. */
  stall(which: readonly Direction[]): void {
    for (const direction of which) this.stalled[direction] ??= Promise.withResolvers<void>();
  }

  unstall(which: readonly Direction[] = directions): void {
    open(this.stalled, which);
  }

  async close(): Promise<void> {
    this.thaw();
    this.unstall();
    this.cut();
    this.server.close();
    await once(this.server, "close");
  }

  private accept(near: Socket): void {
    if (this.blocked || this.target === undefined) {
      near.destroy();
      return;
    }
    const [host, port] = this.target.split(":") as [string, string];
    const far = connect({ host, port: Number(port), allowHalfOpen: true });
    const wire = new Wire(near, far);
    this.wires.add(wire);
    const gone = () => this.wires.delete(wire);
    void Promise.all([this.pump(wire, near, far, "up"), this.pump(wire, far, near, "down")]).then(
      gone,
      () => {
        wire.close();
        gone();
      },
    );
  }

  private async pump(wire: Wire, from: Socket, to: Socket, direction: Direction): Promise<void> {
    let queued = 0;
    let sent = Promise.resolve();
    for await (const chunk of from as AsyncIterable<Buffer>) {
      await this.stalled[direction]?.promise;
      const due = performance.now() + this.delayMs + this.lost();
      queued += chunk.length;
      sent = sent.then(async () => {
        await wire.sleep(due - performance.now());
        await this.frozen[direction]?.promise;
        await this.forward(wire, to, chunk, direction);
        queued -= chunk.length;
      });
      // Awaited below or by the next piece; the wire is closed by then.
      sent.catch(() => undefined);
      const holdsUp = this.frozen[direction] !== undefined || due > performance.now();
      if (!holdsUp || queued > maxQueued) await sent;
    }
    await sent;
    to.end();
  }

  private lost(): number {
    if (this.loss === undefined || this.loss.random() >= this.loss.share) return 0;
    return this.loss.resentAfterMs;
  }

  private async forward(wire: Wire, to: Socket, chunk: Buffer, direction: Direction): Promise<void> {
    const start = this.traffic[direction];
    for (const flip of take(
      this.flips,
      (one) => one.direction === direction && one.offset < start + chunk.length,
    )) {
      const at = flip.offset - start;
      chunk[at] = chunk[at]! ^ (1 << flip.bit);
    }
    const [cut] = take(this.cuts, (one) => one.direction === direction && one.left <= start + chunk.length);
    const piece = cut === undefined ? chunk : chunk.subarray(0, cut.left - start);
    this.traffic[direction] += piece.length;
    this.tap?.(direction, piece);
    if (piece.length > 0 && !to.write(piece)) await once(to, "drain", { signal: wire.signal });
    if (cut !== undefined) {
      to.end(() => this.cut());
      throw new Error("cut");
    }
  }
}

/** One connection through the proxy: two sockets that live and die together. */
class Wire {
  private readonly sockets: readonly [Socket, Socket];
  private readonly ended = new AbortController();

  constructor(near: Socket, far: Socket) {
    this.sockets = [near, far];
    for (const socket of this.sockets) socket.on("error", () => this.close());
  }

  get signal(): AbortSignal {
    return this.ended.signal;
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.ended.abort();
  }

  async sleep(ms: number): Promise<void> {
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
    this.signal.throwIfAborted();
  }
}

type Gates = Partial<Record<Direction, PromiseWithResolvers<void>>>;

function open(gates: Gates, which: readonly Direction[]): void {
  for (const direction of which) {
    gates[direction]?.resolve();
    delete gates[direction];
  }
}

/** Removes and returns what matches. */
function take<T>(from: T[], matches: (one: T) => boolean): T[] {
  const taken = from.filter(matches);
  for (const one of taken) from.splice(from.indexOf(one), 1);
  return taken;
}
