import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testCrypto } from "@jarvis-crdt/batch/testing";
import type { Uid, Value } from "@jarvis-crdt/crdt";
import type { TableMapping } from "../../mapping.ts";
import type { RowView } from "../../state/state.ts";
import { ArchiveFile } from "../archive-file.ts";
import type { ArchiveOptions } from "../archive-options.ts";
import { installCapture } from "../capture.ts";
import { type ArchiveDatabase, openArchiveDatabase } from "../database.ts";
import { FakeState } from "./fake-state.ts";

export const node = "00000000-0000-4000-8000-00000000000a";
export const peerLog = "00000000-0000-4000-8000-00000000000b:00000000000000b1";

/** A records table with two mutable groups and one whose later changes stay local, and a grow-only table. */
export const smallMappings: readonly TableMapping[] = [
  {
    name: "entries",
    kind: "records",
    key: "id",
    groups: [
      { name: "content", columns: ["body", "loose"] },
      { name: "verdict", columns: ["score", "status"] },
      { name: "version", columns: ["version"] },
    ],
    initialOnly: ["version"],
    identity: ["body", "loose"],
    deletes: "evict",
    stamped: true,
    typeOf: (columns) => (columns.get("body") === "counted" ? "g_counter" : "lww_register"),
  },
  {
    name: "events",
    kind: "grow-only",
    key: "id",
    groups: [{ name: "content", columns: ["what"] }],
    initialOnly: [],
    identity: ["what"],
    deletes: "evict",
    stamped: false,
    typeOf: () => "g_set",
  },
];

export const smallSchema = `
  CREATE TABLE entries(id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL, loose, status TEXT, score REAL, version TEXT);
  CREATE INDEX entries_body ON entries(body);
  CREATE TABLE events(id INTEGER PRIMARY KEY AUTOINCREMENT, what TEXT UNIQUE);
  CREATE TABLE queue(id INTEGER PRIMARY KEY, entry INTEGER REFERENCES entries(id));`;

/** An archive in a folder of its own, with another connection that plays the application. */
export class SmallArchive {
  readonly folder: string;
  readonly path: string;
  readonly app: ArchiveDatabase;
  readonly mappings: readonly TableMapping[];
  readonly state: FakeState;
  now = 1_800_000_000_000;
  #random = 0;

  constructor(mappings: readonly TableMapping[] = smallMappings, schema: string = smallSchema) {
    this.folder = mkdtempSync(join(tmpdir(), "archive-"));
    this.path = join(this.folder, "archive.db");
    this.mappings = mappings;
    this.app = openArchiveDatabase(this.path, { create: true });
    this.app.exec(schema);
    installCapture(this.app, mappings);
    this.state = new FakeState(mappings);
  }

  open(options: Partial<ArchiveOptions> = {}): ArchiveFile {
    return ArchiveFile.open({
      path: this.path,
      mappings: this.mappings,
      state: this.state,
      node,
      now: () => this.now,
      random: (bytes) => new Uint8Array(bytes).fill(++this.#random),
      hasher: testCrypto().hasher,
      busyMs: 0,
      ...options,
    });
  }

  all(sql: string, ...bindings: unknown[]): unknown[] {
    return this.app
      .prepare(sql)
      .raw()
      .all(...bindings);
  }

  [Symbol.dispose](): void {
    this.app.close();
    rmSync(this.folder, { recursive: true });
  }
}

export function uidOf(n: number): Uid {
  const uid = new Uint8Array(16);
  new DataView(uid.buffer).setUint32(12, n);
  return uid;
}

/** A row as a peer wrote it. Values: body, loose, score, status, version. */
export function peerRow(n: number, values: readonly Value[], more: Partial<RowView> = {}): RowView {
  return {
    table: "entries",
    uid: uidOf(n),
    dot: { log: peerLog, seq: n },
    stamp: 1000 + n,
    hint: n,
    values,
    ...more,
  };
}
