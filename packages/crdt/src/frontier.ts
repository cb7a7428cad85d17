import type { LogId } from "./log.ts";

/** How far one log is verified and durably stored: the last sequence and the id of the batch that ends there. */
export interface FrontierEntry {
  readonly seq: number;
  readonly batch: Uint8Array;
}

/** What a node has: for each log how far. */
export type Frontier = ReadonlyMap<LogId, FrontierEntry>;
