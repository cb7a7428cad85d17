/**
 * Takes what a way of discovery hears. An address is a hint: who is there, only the channel's certificate proves.
 * `Peers` is one.
 */
export interface Hints {
  /** `host:port` or `[v6]:port`. */
  found(address: string): void;
  lost(address: string): void;
}
