import type { Socket } from "node:net";
import { Flow } from "./flow.ts";
import type { Timers } from "./timers.ts";

export interface RecordSenderOptions {
  readonly socket: Socket;
  readonly timers: Timers;
  readonly bytesPerSecond: number;
  /** Each time the socket has taken a record. */
  readonly onFlushed: () => void;
}

/** Sealed records on their way into a socket, no faster than the rate lets them go. */
export class RecordSender {
  readonly flow: Flow;
  readonly #options: RecordSenderOptions;
  #corked = false;
  /** Records that the rate does not let go yet, and their bytes. */
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #lastFlushed: number;

  constructor(options: RecordSenderOptions) {
    const now = options.timers.now();
    this.#options = options;
    this.flow = new Flow(options.bytesPerSecond, now);
    this.#lastFlushed = now;
  }

  /** Bytes that have not left this process. */
  get queued(): number {
    return this.#options.socket.writableLength + this.#heldBytes;
  }

  write(record: Uint8Array): void {
    if (this.#held.length === 0 && this.flow.bucket.debtMs(this.#options.timers.now()) === 0) {
      this.#put(record);
      return;
    }
    this.#held.push(record);
    this.#heldBytes += record.length;
    if (this.flow.wait === undefined) this.release();
  }

  /** Hands to the socket what the rate lets go, or all of it. */
  release(all = false): void {
    const { timers } = this.#options;
    while (this.#held.length > 0) {
      const debtMs = all ? 0 : this.flow.bucket.debtMs(timers.now());
      if (debtMs > 0) {
        this.flow.wait = timers.after(debtMs, () => {
          this.flow.wait = undefined;
          this.release();
        });
        return;
      }
      const record = this.#held.shift()!;
      this.#heldBytes -= record.length;
      this.#put(record);
    }
  }

  /** Whether the socket has bytes of which none has gone out for so long. */
  isStalled(now: number, idleMs: number): boolean {
    return this.#options.socket.writableLength > 0 && now - this.#lastFlushed >= idleMs;
  }

  /** This process stood still: no time is counted against the peer. */
  forgive(now: number): void {
    this.#lastFlushed = now;
  }

  /** Forgets what is held back. */
  discard(): void {
    this.flow.wait?.();
    this.#held = [];
    this.#heldBytes = 0;
  }

  #put(record: Uint8Array): void {
    const { socket, timers, onFlushed } = this.#options;
    if (!this.#corked) {
      // Everything of one turn of the event loop leaves in one system call.
      this.#corked = true;
      socket.cork();
      process.nextTick(() => {
        this.#corked = false;
        socket.uncork();
      });
    }
    const now = timers.now();
    this.flow.pass(2 + record.length, now);
    if (socket.writableLength === 0) this.#lastFlushed = now;
    socket.write(Uint8Array.of(record.length >>> 8, record.length & 0xff));
    socket.write(record, () => {
      this.#lastFlushed = timers.now();
      onFlushed();
    });
  }
}
