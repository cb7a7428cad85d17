import type { CloseReason, Connection } from "../connection.ts";
import { dial } from "../dial.ts";
import type { TransportLimits } from "../limits.ts";
import { type Listener, listen } from "../listen.ts";
import type { Timers } from "../timers.ts";
import { testHandshakes } from "./channel.ts";

export interface Pair {
  readonly listener: Listener;
  readonly dialled: Connection;
  readonly accepted: Connection;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Two ends of one connection over loopback: `a` dials `b`. */
export async function pair(
  options: { limits?: Partial<TransportLimits>; timers?: Timers } = {},
): Promise<Pair> {
  const { promise, resolve } = Promise.withResolvers<Connection>();
  const listener = await listen({
    host: "127.0.0.1",
    port: 0,
    handshakes: testHandshakes("b"),
    onConnection: resolve,
    ...options,
  });
  const dialled = await dial({ ...listener.address, handshakes: testHandshakes("a"), ...options });
  const accepted = await promise;
  return {
    listener,
    dialled,
    accepted,
    async [Symbol.asyncDispose]() {
      dialled.destroy();
      accepted.destroy();
      await listener.close();
    },
  };
}

/** A handler that keeps what it gets. */
export class Inbox {
  readonly messages: Uint8Array[] = [];
  readonly closes: CloseReason[] = [];
  drained = 0;
  /** Set, it makes the handler wait. */
  gate: Promise<void> | undefined;

  message(bytes: Uint8Array): void | Promise<void> {
    this.messages.push(bytes);
    return this.gate;
  }

  drain(): void {
    this.drained++;
  }

  close(reason: CloseReason): void {
    this.closes.push(reason);
  }
}
