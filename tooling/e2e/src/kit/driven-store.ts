import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Batch, type LogHead, verifyBatch } from "@jarvis-crdt/batch";
import { testCrypto } from "@jarvis-crdt/batch/testing";
import {
  ArchiveFile,
  type Durability,
  installCapture,
  openArchiveDatabase,
  StateCopy,
  StateFile,
  schemaOf,
  type TableMapping,
} from "@jarvis-crdt/store-sqlite";

/** One table of notes: what a store does with it is what it does with any. */
const mappings: readonly TableMapping[] = [
  {
    name: "notes",
    kind: "records",
    key: "id",
    groups: [{ name: "content", columns: ["body"] }],
    initialOnly: [],
    identity: ["body"],
    deletes: "evict",
    stamped: false,
    typeOf: () => "lww_register",
  },
];

const crypto = testCrypto();
const cluster = new Uint8Array(16).fill(7);
const nodeOf = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** Who writes the driven store; 2 is its peer, 3 whoever checks it. */
export type Actor = 1 | 2 | 3;

/** The program that works on a driven store: its folder, a seed, how many steps, the first one's number, the peer's state, the durability. */
export const driver = fileURLToPath(new URL("../../dist/store-driver-main.js", import.meta.url));

export const statePath = (folder: string): string => join(folder, "state.db");
export const archivePath = (folder: string): string => join(folder, "archive.db");

export function openState(folder: string, actor: Actor = 1, durability: Durability = "full"): StateFile {
  return new StateFile({
    ...crypto,
    durability,
    path: statePath(folder),
    node: nodeOf(actor),
    cluster,
    now: () => Date.now(),
    random: (bytes) => randomBytes(bytes),
    schema: schemaOf(mappings),
  });
}

/** Makes the file where it is missing, in a journal mode: `delete` is that of adopted files. */
export function openArchive(
  folder: string,
  state: StateFile,
  journalMode: "wal" | "delete" = "delete",
): ArchiveFile {
  const path = archivePath(folder);
  if (!existsSync(path)) {
    const db = openArchiveDatabase(path, { create: true });
    db.pragma(`journal_mode = ${journalMode}`);
    db.exec("CREATE TABLE notes(id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL)");
    installCapture(db, mappings);
    db.close();
  }
  return ArchiveFile.open({
    path,
    mappings,
    state: state.archive,
    node: state.node,
    now: () => Date.now(),
    random: (bytes) => randomBytes(bytes),
    hasher: crypto.hasher,
  });
}

/** Makes the state of a peer that has written so many notes. */
export function makePeer(folder: string, notes: number): void {
  mkdirSync(folder);
  const state = openState(folder, 2);
  for (let i = 0; i < notes; i++) {
    const uid = new Uint8Array(16).fill(255);
    new DataView(uid.buffer).setUint32(0, i);
    state.commit({ intents: [{ kind: "row.add", table: "notes", uid, hint: null, values: [`peer ${i}`] }] });
  }
  state.close();
}

export function settle(archive: ArchiveFile): void {
  for (let run = 0; archive.exchange().outcome !== "idle"; run++)
    if (run > 1000) throw new Error("the archive does not come to rest");
}

/** Gives a state what it lacks of a copy's, up to `most` batches a log, verified as from a peer. */
export function feed(state: StateFile, copy: StateCopy, most = Number.POSITIVE_INFINITY): number {
  let stored = 0;
  for (const { id, bytes } of copy.schemas()) state.putSchema(id, bytes);
  for (const log of copy.frontier.keys()) {
    const batches: Batch[] = [];
    let previous: LogHead | undefined = state.head(log);
    for (const envelope of copy.envelopes(log, state.frontier().get(log)?.seq ?? 0)) {
      if (batches.length >= most) break;
      const batch = verifyBatch(envelope, {
        ...crypto,
        cluster,
        authorKey: () => ({ publicKey: crypto.publicKey, from: 1, until: Number.MAX_SAFE_INTEGER }),
        previous,
        maxHlc: Number.MAX_SAFE_INTEGER,
      });
      previous = batch;
      batches.push(batch);
    }
    if (batches.length > 0) stored += state.apply(batches).stored;
  }
  return stored;
}

export function digestOf(state: StateFile): string {
  for (;;) {
    const digest = state.stepDigest();
    if (digest !== undefined) return Buffer.from(digest.digest).toString("hex");
  }
}

/** The digest of a state that was given everything in one go, by somebody who never failed. */
export function oracleDigest(folder: string, of: string): string {
  const oracle = openState(folder, 3);
  try {
    using copy = new StateCopy(of);
    feed(oracle, copy);
    return digestOf(oracle);
  } finally {
    oracle.close();
  }
}
