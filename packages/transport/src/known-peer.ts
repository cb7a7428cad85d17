import { type Address, parseAddress } from "./address.ts";
import type { PeerIdentity } from "./channel.ts";

/** An address at which a peer may be, and what became of dialling it. */
export interface KnownPeer extends Address {
  readonly text: string;
  /** Named by the operator; otherwise somebody said so. */
  readonly configured: boolean;
  /** Dialled and kept connected at present, see `chooseNeighbours`. */
  chosen: boolean;
  /** Who answered there last. */
  peer: PeerIdentity | undefined;
  disabled: boolean;
  /** The address is our own, or a copy of this node answers there: not dialled again until enabled. */
  self: boolean;
  /** Nobody says any more that a peer is there: forgotten once it is not connected. */
  lost: boolean;
  /** Failures in a row, for the delays, and since the address was chosen. */
  attempt: number;
  tries: number;
  lastError: string | undefined;
  /** Stops the dial or the wait under way. */
  cancel: (() => void) | undefined;
}

/** Throws `TransportError` `invalid-address`. */
export function knownPeer(text: string, configured: boolean): KnownPeer {
  return {
    ...parseAddress(text),
    text,
    configured,
    chosen: false,
    peer: undefined,
    disabled: false,
    self: false,
    lost: false,
    attempt: 0,
    tries: 0,
    lastError: undefined,
    cancel: undefined,
  };
}

/** Calls off the dial or the wait under way. */
export function stop(peer: KnownPeer): void {
  peer.cancel?.();
  peer.cancel = undefined;
}
