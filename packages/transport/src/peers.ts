import type { Address } from "./address.ts";
import { backoffDelay, defaultBackoff } from "./backoff.ts";
import type { PeerIdentity } from "./channel.ts";
import type { Connection } from "./connection.ts";
import { dial } from "./dial.ts";
import { codeOf, TransportError } from "./error.ts";
import { Turned } from "./handshake.ts";
import { type KnownPeer, knownPeer, stop } from "./known-peer.ts";
import { type Listener, listen } from "./listen.ts";
import { chooseNeighbours } from "./overlay.ts";
import { type PeerState, peerStates } from "./peer-state.ts";
import type { PeersOptions } from "./peers-options.ts";
import { systemTimers, type Timers } from "./timers.ts";

interface Live {
  readonly connection: Connection;
  readonly since: number;
}

/** A connection that lasted this long was worth having: the next failure starts from the shortest delay. */
const stableMs = 10_000;

/** Why this side ends a connection without anything being wrong with the peer. */
const ownChoice = new Set([
  "closed",
  "shutdown",
  "renew",
  "disabled",
  "duplicate",
  "surplus",
  "log-abandoned",
]);

/** Why either side does so, to come back or because others are enough. */
const ended = new Set(["renew", "surplus"]);

/** An address that failed so often in a row gives way to another one, where not all are dialled. */
const failingTries = 3;

/** Where not all are dialled, one is exchanged about so often. */
const swapMs = 300_000;

/** Addresses that were only heard of are kept up to this number. */
const maxFound = 256;

/** Keeps one connection to every peer, or to some of many, whoever dials, and never gives up. */
export class Peers {
  readonly #options: PeersOptions;
  readonly #timers: Timers;
  readonly #known = new Map<string, KnownPeer>();
  readonly #live = new Map<string, Live>();
  readonly #disabled = new Set<string>();
  #listener: Listener | undefined;
  #running = false;
  #cancelSwap: (() => void) | undefined;

  /** Throws `TransportError` `invalid-address`. */
  constructor(options: PeersOptions) {
    this.#options = options;
    this.#timers = options.timers ?? systemTimers;
    for (const text of options.addresses) this.#known.set(text, knownPeer(text, true));
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
        onRefused: (code, address, error) => onRefused?.(code, address, error, false),
        admit: (peer) => this.#admit(peer, false),
        onConnection: (connection) => this.#join(connection),
      });
    }
    this.#running = true;
    this.#review();
    return this.#listener?.address;
  }

  get connections(): readonly Connection[] {
    return [...this.#live.values()].map(({ connection }) => connection);
  }

  /**
   * Somebody says that a peer is there: a hint, of which nothing is believed but that it is worth a try. Throws
   * `TransportError` `invalid-address`.
   */
  found(text: string): void {
    const known = this.#known.get(text);
    if (known !== undefined) {
      known.lost = false;
      return;
    }
    const peer = knownPeer(text, false);
    const others = [...this.#known.values()].filter(({ configured }) => !configured);
    if (others.length >= maxFound) {
      // At random, so that a flood of hints does not keep the true ones out for ever.
      const idle = others.filter((other) => this.#stateOf(other) !== "connected");
      const leaving = idle[Math.floor(this.#options.random() * idle.length)];
      if (leaving === undefined) return;
      this.#forget(leaving);
    }
    this.#known.set(text, peer);
    this.#review();
  }

  /** Nobody says any more that a peer is there. A connection that stands is kept. */
  lost(text: string): void {
    const known = this.#known.get(text);
    if (known === undefined || known.configured) return;
    known.lost = true;
    if (this.#stateOf(known) !== "connected") this.#forget(known);
  }

  /** Peers in the order in which they became known, then the others. */
  states(): readonly PeerState[] {
    return peerStates({
      known: [...this.#known.values()],
      connections: this.connections,
      disabled: this.#disabled,
      stateOf: (known) => this.#stateOf(known),
    });
  }

  /** Cuts a peer off and keeps it off, by its node id or its configured address. */
  disable(target: string): void {
    const known = this.#known.get(target);
    if (known === undefined) this.#disabled.add(target);
    else {
      known.disabled = true;
      if (known.peer) this.#disabled.add(known.peer.node);
    }
    for (const other of this.#known.values()) if (this.#stateOf(other) === "disabled") this.#release(other);
    for (const node of this.#disabled) this.#live.get(node)?.connection.close("disabled");
    this.#review();
  }

  /** Undoes `disable` and dials at once. */
  enable(target: string): void {
    this.#disabled.delete(target);
    for (const known of this.#known.values()) {
      if (known.text !== target && known.peer?.node !== target) continue;
      known.disabled = false;
      known.self = false;
      if (known.peer) this.#disabled.delete(known.peer.node);
      known.attempt = 0;
      known.lastError = undefined;
      stop(known);
      this.#dial(known);
    }
    this.#review();
  }

  /** Ends everything; resolves when no socket and no timer is left. */
  async close(): Promise<void> {
    this.#running = false;
    this.#cancelSwap?.();
    for (const known of this.#known.values()) stop(known);
    for (const { connection } of [...this.#live.values()]) connection.close("shutdown");
    await this.#listener?.close();
  }

  #stateOf({ disabled, self, peer, chosen }: KnownPeer): PeerState["state"] {
    if (disabled || self || (peer && this.#disabled.has(peer.node))) return "disabled";
    if (peer && this.#live.has(peer.node)) return "connected";
    return chosen ? "backoff" : "known";
  }

  /** Chooses whom to dial, after anything changed that may change the choice. */
  #review(swap = false): void {
    if (!this.#running) return;
    const { maxPeers: most = 32, random } = this.#options;
    const candidates = [...this.#known.values()].flatMap((known) => {
      const state = this.#stateOf(known);
      if (state === "disabled") return [];
      const { configured, chosen, tries } = known;
      return { known, configured, chosen, connected: state === "connected", failing: tries >= failingTries };
    });
    if (candidates.length > most) this.#cancelSwap ??= this.#swapLater();
    const { start, stop } = chooseNeighbours(candidates, { most, random, swap });
    for (const { known } of stop) {
      this.#release(known);
      const live = known.peer && this.#live.get(known.peer.node);
      if (live?.connection.initiator) live.connection.close("surplus");
    }
    for (const { known } of start) {
      known.chosen = true;
      known.tries = 0;
      if (known.attempt === 0) this.#dial(known);
      else this.#wait(known);
    }
  }

  #swapLater(): () => void {
    return this.#timers.after(swapMs * (0.5 + this.#options.random()), () => {
      this.#cancelSwap = undefined;
      // Who was named by the operator is tried again.
      for (const known of this.#known.values()) if (known.configured && !known.chosen) known.tries = 0;
      this.#review(true);
    });
  }

  #release(known: KnownPeer): void {
    known.chosen = false;
    stop(known);
  }

  #forget(known: KnownPeer): void {
    this.#release(known);
    this.#known.delete(known.text);
    this.#review();
  }

  /** Whether a connection to `peer` that `mine` says who dialled is wanted; a code if not. */
  #admit(peer: PeerIdentity, mine: boolean): string | undefined {
    const { node } = this.#options;
    if (!this.#running) return "shutdown";
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

  #dial(known: KnownPeer): void {
    if (!this.#running || known.cancel !== undefined || this.#stateOf(known) !== "backoff") return;
    const abort = new AbortController();
    known.cancel = () => abort.abort();
    const { handshakes, limits } = this.#options;
    dial({
      host: known.host,
      port: known.port,
      handshakes,
      timers: this.#timers,
      ...(limits && { limits }),
      signal: abort.signal,
      admit: (peer) => {
        known.peer = peer;
        return this.#admit(peer, true);
      },
    }).then(
      (connection) => {
        if (abort.signal.aborted) return connection.close();
        known.cancel = undefined;
        known.lastError = undefined;
        known.tries = 0;
        this.#join(connection);
      },
      (error) => {
        if (abort.signal.aborted) return;
        known.cancel = undefined;
        this.#failed(known, error);
      },
    );
  }

  #failed(known: KnownPeer, error: unknown): void {
    const code =
      error instanceof TransportError && error.reason ? error.reason : codeOf(error, "handshake-failed");
    if (code === "self-connect") known.self = true;
    if (code !== "duplicate") known.tries++;
    const turned = error instanceof Turned && code !== "self-connect";
    const repeated = known.lastError === code;
    if (!turned) known.lastError = code;
    // Of two connections one is given up: nobody needs to hear of it.
    if (!turned && code !== "duplicate") this.#options.onRefused?.(code, known.text, error, repeated);
    this.#wait(known);
    if (known.self || known.tries === failingTries) this.#review();
  }

  #wait(known: KnownPeer): void {
    if (!this.#running || known.cancel !== undefined || this.#stateOf(known) !== "backoff") return;
    const delay = backoffDelay(
      this.#options.backoff ?? defaultBackoff,
      known.attempt++,
      this.#options.random(),
    );
    known.cancel = this.#timers.after(delay, () => {
      known.cancel = undefined;
      this.#dial(known);
    });
  }

  #join(connection: Connection): void {
    const { peer, initiator } = connection;
    const refusal = this.#admit(peer, initiator);
    if (refusal !== undefined) {
      connection.close(refusal);
      for (const known of this.#known.values()) if (known.peer?.node === peer.node) this.#wait(known);
      return;
    }
    this.#live.get(peer.node)?.connection.close("duplicate");
    const live: Live = { connection, since: this.#timers.now() };
    this.#live.set(peer.node, live);
    for (const known of this.#known.values()) if (known.peer?.node === peer.node) known.lastError = undefined;
    connection.closed.then(({ by, code }) =>
      this.#left(live, (by === "local" && ownChoice.has(code)) || ended.has(code) ? undefined : code),
    );
    this.#options.onConnection(connection);
  }

  #left(live: Live, error: string | undefined): void {
    const { node } = live.connection.peer;
    if (this.#live.get(node) !== live) return;
    this.#live.delete(node);
    const stable = this.#timers.now() - live.since >= stableMs;
    for (const known of [...this.#known.values()]) {
      if (known.peer?.node !== node) continue;
      if (stable) known.attempt = 0;
      known.lastError = error;
      if (known.lost) this.#forget(known);
      else this.#wait(known);
    }
  }
}
