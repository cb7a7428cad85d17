import type { Socket } from "node:net";
import type { Handshake, PeerIdentity, SecureChannel } from "./channel.ts";
import { TransportError } from "./error.ts";
import type { TransportLimits } from "./limits.ts";
import { controlPlaintext, MessageReader } from "./message.ts";
import { frame, RecordReader, recordBytes, tagBytes } from "./record.ts";
import type { Timers } from "./timers.ts";

/** Whether an authenticated peer is welcome: a code if not. */
export type Admit = (peer: PeerIdentity) => string | undefined;

export interface Shaken {
  readonly channel: SecureChannel;
  /** Holds what arrived behind the handshake. */
  readonly records: RecordReader;
}

export interface HandshakeOptions {
  readonly handshake: Handshake;
  readonly limits: TransportLimits;
  readonly timers: Timers;
  readonly admit: Admit;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Takes a fresh socket to an established channel, or destroys it and throws: `timeout`, `interrupted`, `aborted`,
 * `frame-too-large`, `refused`, what `admit` said, or the security layer's own error. Nothing is told to a peer that
 * is not authenticated. An initiator does not show its identity to a peer that `admit` turns down; it is done when the
 * responder has said that it accepts.
 */
export async function shakeHands(
  socket: Socket,
  initiator: boolean,
  options: HandshakeOptions,
): Promise<Shaken> {
  const { promise, resolve, reject } = Promise.withResolvers<Shaken>();
  const steps = new Steps(socket, initiator, options);
  const onData = (chunk: Uint8Array): void => {
    try {
      const shaken = steps.take(chunk);
      if (shaken === undefined) return;
      socket.pause();
      resolve(shaken);
    } catch (error) {
      reject(error);
    }
  };
  const onClose = (): void =>
    reject(new TransportError("interrupted", "the connection ended in its handshake"));
  const onAbort = (): void => reject(new TransportError("aborted", "the handshake was called off"));
  const cancel = options.timers.after(options.limits.handshakeMs, () =>
    reject(new TransportError("timeout", "the handshake took too long")),
  );
  socket.on("data", onData).once("close", onClose).once("end", onClose);
  options.signal?.addEventListener("abort", onAbort);
  if (options.signal?.aborted) onAbort();
  try {
    steps.begin();
    return await promise;
  } catch (error) {
    if (steps.said) farewell(socket, options);
    else socket.destroy();
    throw error;
  } finally {
    cancel();
    socket.off("data", onData).off("close", onClose).off("end", onClose);
    options.signal?.removeEventListener("abort", onAbort);
  }
}

/** Lets the peer hear why, and drops what it still sends, for a while. */
function farewell(socket: Socket, { timers, limits }: HandshakeOptions): void {
  const cancel = timers.after(limits.closeMs, () => socket.destroy());
  socket
    .once("close", cancel)
    .on("data", () => {})
    .resume()
    .end();
}

class Steps {
  readonly #socket: Socket;
  readonly #initiator: boolean;
  readonly #options: HandshakeOptions;
  readonly #records: RecordReader;
  #channel: SecureChannel | undefined;
  /** Whether the peer was told why it is refused. */
  said = false;

  constructor(socket: Socket, initiator: boolean, options: HandshakeOptions) {
    this.#socket = socket;
    this.#initiator = initiator;
    this.#options = options;
    this.#records = new RecordReader(1, options.limits.handshakeRecord);
  }

  begin(): void {
    const first = this.#options.handshake.start();
    if (first !== undefined) this.#socket.write(frame(first));
  }

  take(chunk: Uint8Array): Shaken | undefined {
    this.#records.push(chunk);
    for (;;) {
      const record = this.#records.next();
      if (record === undefined) return undefined;
      if (this.#channel !== undefined) {
        this.#hearReady(this.#channel, record);
        return { channel: this.#channel, records: this.#records };
      }
      // A copy, because handshakes are known to wipe what they were given.
      const { reply, channel } = this.#options.handshake.receive(record.slice());
      if (channel !== undefined) this.#establish(channel);
      if (reply !== undefined) this.#socket.write(frame(reply));
      if (channel !== undefined && !this.#initiator) return { channel, records: this.#records };
    }
  }

  #establish(channel: SecureChannel): void {
    this.#records.bound(tagBytes, recordBytes);
    const code = this.#options.admit(channel.peer);
    if (!this.#initiator) {
      const answer = code === undefined ? ({ kind: "ready" } as const) : ({ kind: "close", code } as const);
      this.#socket.write(frame(channel.seal(controlPlaintext(answer))));
      this.said = code !== undefined;
    }
    if (code !== undefined) throw new Turned(code, channel.peer);
    this.#channel = channel;
  }

  #hearReady(channel: SecureChannel, record: Uint8Array): void {
    const answer = new MessageReader(0).push(channel.open(record));
    if (answer !== undefined && "kind" in answer) {
      if (answer.kind === "ready") return;
      if (answer.kind === "close")
        throw new TransportError("refused", `the peer refuses: ${answer.code}`, answer.code);
    }
    throw new TransportError("malformed", "the responder did not say that it accepts");
  }
}

/** Thrown where `admit` turned an authenticated peer down; `code` is its word. */
export class Turned extends Error {
  override readonly name = "Turned";
  readonly code: string;
  readonly peer: PeerIdentity;

  constructor(code: string, peer: PeerIdentity) {
    super(`not admitted: ${code}`);
    this.code = code;
    this.peer = peer;
  }
}
