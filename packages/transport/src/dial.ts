import { connect, type Socket } from "node:net";
import { formatAddress } from "./address.ts";
import type { HandshakeFactory } from "./channel.ts";
import { ChannelConnection } from "./channel-connection.ts";
import type { Connection } from "./connection.ts";
import { TransportError } from "./error.ts";
import { type Admit, shakeHands } from "./handshake.ts";
import { type TransportLimits, transportLimits } from "./limits.ts";
import { systemTimers, type Timers } from "./timers.ts";

/** Where to, as whom, and how long at most. */
export interface DialOptions {
  readonly host: string;
  readonly port: number;
  readonly handshakes: HandshakeFactory;
  /** Asked before this side shows its identity. */
  readonly admit?: Admit;
  readonly signal?: AbortSignal;
  readonly limits?: Partial<TransportLimits>;
  readonly timers?: Timers;
}

/** Connects and authenticates. Throws `unreachable`, or what `shakeHands` throws. */
export async function dial(options: DialOptions): Promise<Connection> {
  const { host, port, handshakes, admit = () => undefined, signal, timers = systemTimers } = options;
  const limits = { ...transportLimits, ...options.limits };
  const socket = connect({ host, port, noDelay: true });
  // Errors show as `close`; an error event without a listener would end the process.
  socket.on("error", () => {});
  await connected(socket, limits, timers, signal);
  const { channel, records } = await shakeHands(socket, true, {
    handshake: handshakes.initiator(),
    limits,
    timers,
    admit,
    signal,
  });
  const remoteAddress = formatAddress({ host: socket.remoteAddress ?? host, port });
  return new ChannelConnection({ socket, channel, records, initiator: true, remoteAddress, limits, timers });
}

async function connected(
  socket: Socket,
  limits: TransportLimits,
  timers: Timers,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onError = (error: Error): void => reject(new TransportError("unreachable", error.message));
  const onAbort = (): void => reject(new TransportError("aborted", "dialling was called off"));
  const cancel = timers.after(limits.connectMs, () => reject(new TransportError("timeout", "no answer")));
  socket.once("connect", resolve).once("error", onError);
  signal?.addEventListener("abort", onAbort);
  if (signal?.aborted) onAbort();
  try {
    await promise;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    cancel();
    socket.off("connect", resolve).off("error", onError);
    signal?.removeEventListener("abort", onAbort);
  }
}
