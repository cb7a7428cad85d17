import type { Keeping } from "./subject.ts";

/** What a user could pick instead, as far as it can be told without loading it. */
export interface PeerEntry {
  /** Also that of its adapter, `peers/adapters/NAME.ts`. */
  readonly name: string;
  readonly title: string;
  readonly keeps: Keeping;
  readonly mostRows?: number;
}

const inMemory = (merges: Keeping["merges"]): Keeping => ({
  merges,
  durable: false,
  signed: false,
  encrypted: false,
});

export const peerList: readonly PeerEntry[] = [
  { name: "yjs-json", title: "Yjs, JSON value per key", keeps: inMemory("row") },
  { name: "yjs-nested", title: "Yjs, nested maps", keeps: inMemory("field"), mostRows: 200_000 },
  { name: "loro-json", title: "Loro, JSON value per key", keeps: inMemory("row") },
  { name: "loro-nested", title: "Loro, nested maps", keeps: inMemory("field"), mostRows: 200_000 },
  { name: "rxdb", title: "RxDB, storage in memory", keeps: inMemory("row"), mostRows: 200_000 },
  { name: "automerge", title: "Automerge", keeps: inMemory("field"), mostRows: 10_000 },
  { name: "tinybase", title: "TinyBase, mergeable store", keeps: inMemory("field"), mostRows: 50_000 },
  { name: "cr-sqlite", title: "cr-sqlite (wasm), six indexes", keeps: inMemory("field"), mostRows: 50_000 },
];
