import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testCrypto } from "@jarvis-crdt/batch/testing";
import type { Schema, Uid, Value } from "@jarvis-crdt/crdt";
import type { Intent } from "@jarvis-crdt/store";
import { Random, World } from "@jarvis-crdt/store/conformance";
import { StateFile } from "../state-file.ts";

export const schema: Schema = {
  tables: [
    {
      name: "entries",
      kind: "records",
      groups: [
        { name: "verification", columns: ["status", "score"] },
        { name: "content", columns: ["text"] },
      ],
    },
  ],
};

/** State files in a folder of their own, all closed and removed with it. */
export class States implements Disposable {
  readonly root = mkdtempSync(join(tmpdir(), "states-"));
  readonly crypto = testCrypto();
  readonly random: Random;
  now = 1_750_000_000_000;
  readonly #open: StateFile[] = [];
  readonly #helper = new World({
    ...this.crypto,
    keeps: false,
    make: () => Promise.reject(new Error("not used")),
  });

  constructor(seed = 7) {
    this.random = new Random(seed);
  }

  path(node: number): string {
    const folder = join(this.root, String(node));
    mkdirSync(folder, { recursive: true });
    return join(folder, "state.db");
  }

  /** The state of a node in `node`'s folder, made where there is none. */
  open(node: number, own: Schema = schema): StateFile {
    const file = new StateFile({
      ...this.crypto,
      schema: own,
      path: this.path(node),
      node: `0000000${node}-0000-4000-8000-000000000000`,
      cluster: new Uint8Array(16).fill(1),
      now: () => this.now++,
      random: (bytes) => this.random.bytes(bytes),
      durability: "normal",
      machine: "test",
    });
    this.#open.push(file);
    return file;
  }

  uid(): Uid {
    return this.random.bytes(16);
  }

  /** Gives `to` what it lacks. */
  sync(from: StateFile, to: StateFile): void {
    for (const [log, { seq }] of from.frontier()) {
      const known = to.frontier().get(log)?.seq ?? 0;
      if (known >= seq) continue;
      const batches = from.read(log, known, 1e9).map((envelope) => this.#helper.batch(envelope));
      for (const { header } of batches) {
        const bytes = from.schema(header.schema);
        if (bytes !== undefined) to.putSchema(header.schema, bytes);
      }
      to.apply(batches);
    }
  }

  /** The state takes writes of the application, in one drain. */
  capture(file: StateFile, ...intents: Intent[]): void {
    const times = intents.map(() => this.now);
    const entries = [{ id: this.now, token: this.random.bytes(16) }];
    file.archive.capture({ intents, times, entries, evicted: [] });
  }

  [Symbol.dispose](): void {
    for (const file of this.#open) file.close();
    rmSync(this.root, { recursive: true });
  }
}

export const add = (uid: Uid, status: string, text: string): Intent => ({
  kind: "row.add",
  table: "entries",
  uid,
  hint: 5,
  values: [status, 0, text],
});

export const verify = (uid: Uid, status: string): Intent => ({
  kind: "row.set",
  table: "entries",
  uid,
  group: "verification",
  values: [status, 1],
});

export const edit = (uid: Uid, text: string): Intent => ({
  kind: "row.set",
  table: "entries",
  uid,
  group: "content",
  values: [text],
});

export const remove = (uid: Uid): Intent => ({ kind: "row.remove", table: "entries", uid });

export const key = (uid: Uid) => ({ table: "entries", uid });

/** One run of rule M that shows up to `maxRows`; what it showed. */
export function show(file: StateFile, maxRows = 1000): readonly (readonly Value[] | undefined)[] {
  const work = file.archive.transaction(() => {
    const list = file.archive.worklist(maxRows);
    file.archive.intend(`nonce ${list.through}`, list.through);
    return list;
  });
  const shown = work.rows.map((row) => file.archive.view(row)?.values);
  file.archive.confirm();
  return shown;
}

export function digestOf(file: StateFile): string {
  for (;;) {
    const digest = file.stepDigest();
    if (digest !== undefined) return Buffer.from(digest.digest).toString("hex");
  }
}
