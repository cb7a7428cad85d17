import type { Socket } from "node:net";
import type { PeerIdentity, SecureChannel } from "./channel.ts";
import type { CloseReason, Connection, ConnectionHandler } from "./connection.ts";
import { codeOf, TransportError } from "./error.ts";
import { Flow } from "./flow.ts";
import type { TransportLimits } from "./limits.ts";
import { type Control, controlPlaintext, MessageReader, splitMessage } from "./message.ts";
import type { RecordReader } from "./record.ts";
import { RecordSender } from "./record-sender.ts";
import type { Timers } from "./timers.ts";

export interface ConnectionOptions {
  readonly socket: Socket;
  readonly channel: SecureChannel;
  readonly records: RecordReader;
  readonly initiator: boolean;
  readonly remoteAddress: string;
  readonly limits: TransportLimits;
  readonly timers: Timers;
}

/** A connection over an established channel. */
export class ChannelConnection implements Connection {
  readonly initiator: boolean;
  readonly remoteAddress: string;
  readonly closed: Promise<CloseReason>;
  readonly #socket: Socket;
  readonly #channel: SecureChannel;
  readonly #records: RecordReader;
  readonly #messages: MessageReader;
  readonly #limits: TransportLimits;
  readonly #timers: Timers;
  readonly #resolveClosed: (reason: CloseReason) => void;
  #handler: ConnectionHandler | undefined;
  #reason: CloseReason | undefined;
  /** A handler is at work: the socket is not read. */
  #busy = false;
  /** `send` returned false. */
  #full = false;
  readonly #sender: RecordSender;
  readonly #incoming: Flow;
  #cancelTick: () => void;
  #tickDue: number;
  readonly #since: number;
  #lastSent: number;
  #lastReceived: number;

  constructor({ socket, channel, records, initiator, remoteAddress, limits, timers }: ConnectionOptions) {
    this.initiator = initiator;
    this.remoteAddress = remoteAddress;
    this.#socket = socket;
    this.#channel = channel;
    this.#records = records;
    this.#limits = limits;
    this.#timers = timers;
    this.#messages = new MessageReader(limits.message);
    const { promise, resolve } = Promise.withResolvers<CloseReason>();
    this.closed = promise;
    this.#resolveClosed = resolve;
    const now = timers.now();
    this.#sender = new RecordSender({
      socket,
      timers,
      bytesPerSecond: limits.bytesPerSecond,
      onFlushed: () => this.#flushed(),
    });
    this.#incoming = new Flow(limits.bytesPerSecond, now);
    this.#since = now;
    this.#lastSent = now;
    this.#lastReceived = now;
    this.#tickDue = now + limits.keepAliveMs;
    this.#cancelTick = timers.after(limits.keepAliveMs, () => this.#tick());
    socket.on("close", () => this.#end({ by: "failure", code: "interrupted" }));
    socket.on("end", () => {
      if (this.#reason === undefined) this.#cut({ by: "failure", code: "interrupted" });
    });
  }

  get peer(): PeerIdentity {
    return this.#channel.peer;
  }

  get bytesSent(): number {
    return this.#socket.bytesWritten;
  }

  get bytesReceived(): number {
    return this.#socket.bytesRead;
  }

  get sendRate(): number {
    return this.#sender.flow.meter.perSecond(this.#timers.now());
  }

  get receiveRate(): number {
    return this.#incoming.meter.perSecond(this.#timers.now());
  }

  open(handler: ConnectionHandler): void {
    if (this.#handler !== undefined) throw new Error("the connection is open already");
    this.#handler = handler;
    if (this.#reason !== undefined) {
      handler.close?.(this.#reason);
      return;
    }
    this.#lastReceived = this.#timers.now();
    this.#socket.on("data", (chunk: Uint8Array) => {
      if (this.#reason !== undefined) return;
      const now = this.#timers.now();
      this.#lastReceived = now;
      this.#incoming.pass(chunk.length, now);
      this.#records.push(chunk);
      this.#read();
    });
    this.#read();
  }

  send(message: Uint8Array): boolean {
    if (this.#reason !== undefined) return false;
    if (message.length > this.#limits.message)
      throw new RangeError(
        `a message of ${message.length} bytes, at most ${this.#limits.message} are allowed`,
      );
    for (const plaintext of splitMessage(message)) this.#write(plaintext);
    if (this.#sender.queued > this.#limits.queueHard)
      this.#fail(new TransportError("queue-overflow", "more was queued than the peer takes"));
    if (this.#sender.queued > this.#limits.queueSoft) this.#full = true;
    return !this.#full && this.#reason === undefined;
  }

  close(code = "closed"): void {
    if (this.#reason !== undefined) return;
    if (!/^[a-z0-9-]{1,32}$/.test(code)) throw new RangeError("a code is [a-z0-9-]{1,32}");
    this.#control({ kind: "close", code });
    this.#finish({ by: "local", code });
  }

  destroy(): void {
    this.#cut({ by: "local", code: "destroyed" });
  }

  #read(): void {
    try {
      while (!this.#busy && this.#reason === undefined) {
        const record = this.#records.next();
        if (record === undefined) {
          this.#readOn();
          return;
        }
        const item = this.#messages.push(this.#channel.open(record));
        if (item === undefined) continue;
        if ("kind" in item) this.#hear(item);
        else this.#hand(item);
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Reads more from the socket, as soon as the rate allows. */
  #readOn(): void {
    const { wait } = this.#incoming;
    if (wait !== undefined) return;
    const debtMs = this.#incoming.bucket.debtMs(this.#timers.now());
    this.#socket.pause();
    if (debtMs === 0) {
      // In the next turn: a socket that is full would else be read for megabytes before anything else has one.
      setImmediate(() => {
        if (!this.#busy && this.#incoming.wait === undefined) this.#socket.resume();
      });
      return;
    }
    this.#incoming.wait = this.#timers.after(debtMs, () => {
      this.#incoming.wait = undefined;
      this.#lastReceived = this.#timers.now();
      if (!this.#busy && this.#reason === undefined) this.#readOn();
    });
  }

  #hand(message: Uint8Array): void {
    const working = this.#handler!.message(message);
    if (working === undefined) return;
    this.#busy = true;
    this.#socket.pause();
    working.then(
      () => {
        this.#busy = false;
        this.#lastReceived = this.#timers.now();
        this.#read();
      },
      (error) => {
        if (this.#reason === undefined) this.#fail(error);
      },
    );
  }

  #hear(control: Control): void {
    if (control.kind === "ready") throw new TransportError("malformed", "accepted twice");
    if (control.kind === "ask") this.#control({ kind: "alive" });
    if (control.kind !== "close") return;
    this.#finish({ by: "peer", code: control.code });
  }

  #control(control: Control): void {
    this.#write(controlPlaintext(control));
  }

  #write(plaintext: Uint8Array): void {
    this.#lastSent = this.#timers.now();
    this.#sender.write(this.#channel.seal(plaintext));
  }

  #flushed(): void {
    if (!this.#full || this.#reason !== undefined || this.#sender.queued > this.#limits.queueSoft / 2) return;
    this.#full = false;
    this.#handler?.drain?.();
  }

  #tick(): void {
    const { idleMs, keepAliveMs, renewMs } = this.#limits;
    const now = this.#timers.now();
    if (now - this.#tickDue >= keepAliveMs) {
      // It was this process that stood still; what the peer has said meanwhile is read after this.
      this.#lastReceived = now;
      this.#sender.forgive(now);
    }
    const reading = this.#handler !== undefined && !this.#busy;
    if (reading && now - this.#lastReceived >= idleMs)
      this.#fail(new TransportError("idle", "the peer is silent"));
    else if (this.#sender.isStalled(now, idleMs))
      this.#fail(new TransportError("stalled", "the peer does not read"));
    else if (now - this.#since >= renewMs) this.close("renew");
    else {
      if (reading && now - this.#lastReceived >= 2 * keepAliveMs) this.#control({ kind: "ask" });
      else if (now - this.#lastSent >= keepAliveMs) this.#control({ kind: "alive" });
      this.#tickDue = now + keepAliveMs;
      this.#cancelTick = this.#timers.after(keepAliveMs, () => this.#tick());
    }
  }

  #fail(error: unknown): void {
    this.#cut({ by: "failure", code: codeOf(error, "internal"), error });
  }

  /** Lets what is queued go out, for a while; what still comes is dropped, or the peer's end would never be seen. */
  #finish(reason: CloseReason): void {
    const cancel = this.#timers.after(this.#limits.closeMs, () => this.#socket.destroy());
    this.#socket.once("close", cancel).on("data", () => {});
    this.#sender.release(true);
    this.#socket.end();
    this.#end(reason);
    this.#socket.resume();
  }

  #cut(reason: CloseReason): void {
    this.#end(reason);
    this.#socket.destroy();
  }

  #end(reason: CloseReason): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#cancelTick();
    this.#sender.discard();
    this.#incoming.wait?.();
    this.#handler?.close?.(reason);
    this.#resolveClosed(reason);
  }
}
