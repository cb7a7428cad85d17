import type { PeerIdentity } from "./channel.ts";

/** Who listens to a connection. */
export interface ConnectionHandler {
  /**
   * One message, whose bytes the handler may keep. While a returned promise is pending nothing more is read from the
   * socket. What it throws closes the connection.
   */
  message(bytes: Uint8Array): void | Promise<void>;
  /** The queue has emptied after `send` returned false. */
  drain?(): void;
  /** Once, and nothing after it. */
  close?(reason: CloseReason): void;
}

/** Why a connection ended. */
export interface CloseReason {
  /** `local`: this side closed; `peer`: the peer said so; `failure`: neither, and messages may have been lost. */
  readonly by: "local" | "peer" | "failure";
  /** `interrupted` is an end that nobody announced. */
  readonly code: string;
  readonly error?: unknown;
}

/** An authenticated connection that carries whole messages in order. */
export interface Connection {
  readonly peer: PeerIdentity;
  /** Whether this side dialled. */
  readonly initiator: boolean;
  readonly remoteAddress: string;
  /** On the wire, with all overhead. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** Of the last seconds, in bytes a second. */
  readonly sendRate: number;
  readonly receiveRate: number;
  readonly closed: Promise<CloseReason>;
  /** Begins to read; call it once. Until then everything waits. */
  open(handler: ConnectionHandler): void;
  /** Queues one message; false asks to wait for `drain`. Nothing happens after the end. */
  send(message: Uint8Array): boolean;
  /** Sends what is queued, says goodbye with a code `[a-z0-9-]{1,32}`, and ends. */
  close(code?: string): void;
  /** Ends at once without a word. */
  destroy(): void;
}
