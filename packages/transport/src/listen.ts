import { createServer, type Socket } from "node:net";
import { type Address, formatAddress } from "./address.ts";
import type { HandshakeFactory } from "./channel.ts";
import { ChannelConnection } from "./channel-connection.ts";
import type { Connection } from "./connection.ts";
import { codeOf } from "./error.ts";
import { type Admit, shakeHands } from "./handshake.ts";
import { type TransportLimits, transportLimits } from "./limits.ts";
import { systemTimers, type Timers } from "./timers.ts";

/** Where to listen, as whom, and who gets the connections. */
export interface ListenOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly handshakes: HandshakeFactory;
  /** Whether an authenticated peer is welcome; it is told the code. */
  readonly admit?: Admit;
  /** Opens the connection. */
  readonly onConnection: (connection: Connection) => void;
  /** Somebody was turned away: a stable code, and the address as far as known. */
  readonly onRefused?: (code: string, address: string, error: unknown) => void;
  readonly limits?: Partial<TransportLimits>;
  readonly timers?: Timers;
}

/** An open port. */
export interface Listener {
  readonly address: Address;
  /** Stops accepting, says goodbye to every session, and resolves when all sockets are gone. */
  close(): Promise<void>;
}

/** Accepts authenticated connections. Rejects with the system's error where the address cannot be had. */
export async function listen(options: ListenOptions): Promise<Listener> {
  const reception = new Reception(options);
  const server = createServer({ noDelay: true }, (socket) => reception.accept(socket));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject).listen({ host: options.host, port: options.port }, resolve);
  await promise;
  server.off("error", reject);
  // Such as running out of file descriptors: the next connection may succeed.
  server.on("error", (error) => options.onRefused?.(codeOf(error, "internal"), "", error));
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("the server has no port");
  return {
    address: { host: bound.address, port: bound.port },
    close() {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      reception.close();
      return promise;
    },
  };
}

/** Keeps count of who is at the door and who is in. */
class Reception {
  readonly #options: ListenOptions;
  readonly #limits: TransportLimits;
  readonly #timers: Timers;
  readonly #halfOpen = new Map<string, number>();
  readonly #sessions = new Set<Connection>();
  readonly #closing = new AbortController();
  #atTheDoor = 0;

  constructor(options: ListenOptions) {
    this.#options = options;
    this.#limits = { ...transportLimits, ...options.limits };
    this.#timers = options.timers ?? systemTimers;
  }

  accept(socket: Socket): void {
    socket.on("error", () => {});
    const host = socket.remoteAddress ?? "";
    const address = formatAddress({ host, port: socket.remotePort ?? 0 });
    const full = this.#full(host);
    if (full !== undefined) {
      socket.destroy();
      this.#refuse(full, address, undefined);
      return;
    }
    this.#count(host, 1);
    this.#receive(socket, address)
      .catch((error) => this.#refuse(codeOf(error, "handshake-failed"), address, error))
      .finally(() => this.#count(host, -1));
  }

  close(): void {
    this.#closing.abort();
    for (const connection of this.#sessions) connection.close("shutdown");
  }

  async #receive(socket: Socket, remoteAddress: string): Promise<void> {
    const [limits, timers] = [this.#limits, this.#timers];
    const { channel, records } = await shakeHands(socket, false, {
      handshake: this.#options.handshakes.responder(),
      limits,
      timers,
      admit: this.#options.admit ?? (() => undefined),
      signal: this.#closing.signal,
    });
    const connection = new ChannelConnection({
      socket,
      channel,
      records,
      initiator: false,
      remoteAddress,
      limits,
      timers,
    });
    this.#sessions.add(connection);
    connection.closed.then(() => this.#sessions.delete(connection));
    if (this.#closing.signal.aborted) connection.close("shutdown");
    else this.#options.onConnection(connection);
  }

  #full(host: string): "half-open-limit" | "session-limit" | undefined {
    const { halfOpen, halfOpenPerAddress, sessions } = this.#limits;
    if (this.#atTheDoor >= halfOpen || (this.#halfOpen.get(host) ?? 0) >= halfOpenPerAddress)
      return "half-open-limit";
    return this.#sessions.size + this.#atTheDoor >= sessions ? "session-limit" : undefined;
  }

  #count(host: string, by: 1 | -1): void {
    this.#atTheDoor += by;
    const count = (this.#halfOpen.get(host) ?? 0) + by;
    if (count === 0) this.#halfOpen.delete(host);
    else this.#halfOpen.set(host, count);
  }

  #refuse(code: string, address: string, error: unknown): void {
    this.#options.onRefused?.(code, address, error);
  }
}
