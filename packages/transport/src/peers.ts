import { type Address, parseAddress } from "./address.ts";
import { type Backoff, backoffDelay, defaultBackoff } from "./backoff.ts";
import type { HandshakeFactory, PeerIdentity } from "./channel.ts";
import type { Connection } from "./connection.ts";
import { dial } from "./dial.ts";
import { codeOf, TransportError } from "./error.ts";
import { Turned } from "./handshake.ts";
import type { TransportLimits } from "./limits.ts";
import { type Listener, listen } from "./listen.ts";
import { systemTimers, type Timers } from "./timers.ts";

export interface PeersOptions {
  /** This node's UUID, as in its certificate. */
  readonly node: string;
  readonly handshakes: HandshakeFactory;
  /** Peers to keep connected, `host:port`. */
  readonly addresses: readonly string[];
  /** Where to accept connections; absent: only dial. */
  readonly listen?: { readonly host: string; readonly port: number };
  /** At any time there is at most one connection to a node; a replaced one is closed before this is called. */
  readonly onConnection: (connection: Connection) => void;
  /** A dial failed or somebody was turned away, for the log. */
  readonly onRefused?: (code: string, address: string, error: unknown) => void;
  /** In [0, 1). */
  readonly random: () => number;
  readonly backoff?: Backoff;
  readonly limits?: Partial<TransportLimits>;
  readonly timers?: Timers;
}

export interface PeerState {
  /** As configured; of a peer that dialled us, where it came from. Undefined for a disabled node that is not here. */
  readonly address: string | undefined;
  /** Undefined until the peer was reached once. */
  readonly node: string | undefined;
  readonly name: string | undefined;
  readonly state: "connected" | "backoff" | "disabled";
  /** Code of the last failure since the peer was last connected. */
  readonly lastError: string | undefined;
}

interface Entry extends Address {
  readonly text: string;
  peer: PeerIdentity | undefined;
  disabled: boolean;
  /** The address is our own, or a copy of this node answers there: not dialled again until enabled. */
  self: boolean;
  attempt: number;
  lastError: string | undefined;
  /** Stops the dial or the wait under way. */
  cancel: (() => void) | undefined;
}

interface Live {
  readonly connection: Connection;
  readonly since: number;
}

/** A connection that lasted this long was worth having: the next failure starts from the shortest delay. */
const stableMs = 10_000;

/** Keeps one connection to every peer, whoever dials, and never gives up. */
export class Peers {
  readonly #options: PeersOptions;
  readonly #timers: Timers;
  readonly #entries: readonly Entry[];
  readonly #live = new Map<string, Live>();
  readonly #disabled = new Set<string>();
  #listener: Listener | undefined;
  #closed = false;

  /** Throws `TransportError` `invalid-address`. */
  constructor(options: PeersOptions) {
    this.#options = options;
    this.#timers = options.timers ?? systemTimers;
    this.#entries = [...new Set(options.addresses)].map((text) => ({
      ...parseAddress(text),
      text,
      peer: undefined,
      disabled: false,
      self: false,
      attempt: 0,
      lastError: undefined,
      cancel: undefined,
    }));
  }

  /** Listens, then dials. Gives the address that peers can dial. */
  async start(): Promise<Address | undefined> {
    const { listen: at, handshakes, limits, onRefused } = this.#options;
    if (at !== undefined) {
      this.#listener = await listen({
        ...at,
        handshakes,
        timers: this.#timers,
        ...(limits && { limits }),
        ...(onRefused && { onRefused }),
        admit: (peer) => this.#admit(peer, false),
        onConnection: (connection) => this.#join(connection),
      });
    }
    for (const entry of this.#entries) this.#dial(entry);
    return this.#listener?.address;
  }

  get connections(): readonly Connection[] {
    return [...this.#live.values()].map(({ connection }) => connection);
  }

  /** Configured peers in their order, then the others. */
  states(): readonly PeerState[] {
    const rows: PeerState[] = this.#entries.map((entry) => ({
      address: entry.text,
      node: entry.peer?.node,
      name: entry.peer?.name,
      state: this.#stateOf(entry),
      lastError: entry.lastError,
    }));
    const shown = new Set(rows.map(({ node }) => node));
    for (const { connection } of this.#live.values()) {
      const { node, name } = connection.peer;
      if (shown.has(node)) continue;
      shown.add(node);
      rows.push({ address: connection.remoteAddress, node, name, state: "connected", lastError: undefined });
    }
    for (const node of this.#disabled)
      if (!shown.has(node))
        rows.push({ address: undefined, node, name: undefined, state: "disabled", lastError: undefined });
    return rows;
  }

  /** Cuts a peer off and keeps it off, by its node id or its configured address. */
  disable(target: string): void {
    for (const entry of this.#entries) {
      if (entry.text === target) {
        entry.disabled = true;
        if (entry.peer) this.#disabled.add(entry.peer.node);
      }
    }
    if (!this.#entries.some(({ text }) => text === target)) this.#disabled.add(target);
    for (const entry of this.#entries) if (this.#stateOf(entry) === "disabled") stop(entry);
    for (const node of this.#disabled) this.#live.get(node)?.connection.close("disabled");
  }

  /** Undoes `disable` and dials at once. */
  enable(target: string): void {
    this.#disabled.delete(target);
    for (const entry of this.#entries) {
      if (entry.text !== target && entry.peer?.node !== target) continue;
      entry.disabled = false;
      entry.self = false;
      if (entry.peer) this.#disabled.delete(entry.peer.node);
      entry.attempt = 0;
      stop(entry);
      this.#dial(entry);
    }
  }

  /** Ends everything; resolves when no socket and no timer is left. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const entry of this.#entries) stop(entry);
    for (const { connection } of [...this.#live.values()]) connection.close("shutdown");
    await this.#listener?.close();
  }

  #stateOf(entry: Entry): PeerState["state"] {
    if (entry.disabled || entry.self) return "disabled";
    if (entry.peer === undefined) return "backoff";
    if (this.#disabled.has(entry.peer.node)) return "disabled";
    return this.#live.has(entry.peer.node) ? "connected" : "backoff";
  }

  /** Whether a connection to `peer` that `mine` says who dialled is wanted; a code if not. */
  #admit(peer: PeerIdentity, mine: boolean): string | undefined {
    const { node } = this.#options;
    if (this.#closed) return "shutdown";
    if (peer.node === node) return "self-connect";
    if (this.#disabled.has(peer.node)) return "disabled";
    const live = this.#live.get(peer.node);
    if (live === undefined) return undefined;
    // One that has stood for a while decides nothing by ids: who dials has lost it, unless it is us who find it here.
    if (this.#timers.now() - live.since >= stableMs || live.connection.initiator === mine)
      return mine ? "duplicate" : undefined;
    // Both dialled at once: both keep the one that the smaller id began.
    return mine === node < peer.node ? undefined : "duplicate";
  }

  #dial(entry: Entry): void {
    if (this.#closed || entry.cancel !== undefined || this.#stateOf(entry) !== "backoff") return;
    const abort = new AbortController();
    entry.cancel = () => abort.abort();
    const { handshakes, limits } = this.#options;
    dial({
      host: entry.host,
      port: entry.port,
      handshakes,
      timers: this.#timers,
      ...(limits && { limits }),
      signal: abort.signal,
      admit: (peer) => {
        entry.peer = peer;
        return this.#admit(peer, true);
      },
    }).then(
      (connection) => {
        if (abort.signal.aborted) return connection.close();
        entry.cancel = undefined;
        entry.lastError = undefined;
        this.#join(connection);
      },
      (error) => {
        if (abort.signal.aborted) return;
        entry.cancel = undefined;
        this.#failed(entry, error);
      },
    );
  }

  #failed(entry: Entry, error: unknown): void {
    const code =
      error instanceof TransportError && error.reason ? error.reason : codeOf(error, "handshake-failed");
    if (code === "self-connect") entry.self = true;
    const ownChoice = error instanceof Turned && code !== "self-connect";
    if (!ownChoice) entry.lastError = code;
    // Of two connections one is given up: nobody needs to hear of it.
    if (!ownChoice && code !== "duplicate") this.#options.onRefused?.(code, entry.text, error);
    this.#wait(entry);
  }

  #wait(entry: Entry): void {
    if (this.#closed || entry.cancel !== undefined || this.#stateOf(entry) !== "backoff") return;
    const delay = backoffDelay(
      this.#options.backoff ?? defaultBackoff,
      entry.attempt++,
      this.#options.random(),
    );
    entry.cancel = this.#timers.after(delay, () => {
      entry.cancel = undefined;
      this.#dial(entry);
    });
  }

  #join(connection: Connection): void {
    const { peer, initiator } = connection;
    const refusal = this.#admit(peer, initiator);
    if (refusal !== undefined) {
      connection.close(refusal);
      for (const entry of this.#entries) if (entry.peer?.node === peer.node) this.#wait(entry);
      return;
    }
    this.#live.get(peer.node)?.connection.close("duplicate");
    const live: Live = { connection, since: this.#timers.now() };
    this.#live.set(peer.node, live);
    for (const entry of this.#entries) if (entry.peer?.node === peer.node) entry.lastError = undefined;
    connection.closed.then(({ by, code }) => this.#left(live, by === "local" ? undefined : code));
    this.#options.onConnection(connection);
  }

  #left(live: Live, error: string | undefined): void {
    const { node } = live.connection.peer;
    if (this.#live.get(node) !== live) return;
    this.#live.delete(node);
    const stable = this.#timers.now() - live.since >= stableMs;
    for (const entry of this.#entries) {
      if (entry.peer?.node !== node) continue;
      if (stable) entry.attempt = 0;
      entry.lastError = error;
      this.#wait(entry);
    }
  }
}

function stop(entry: Entry): void {
  entry.cancel?.();
  entry.cancel = undefined;
}
