import { renameSync } from "node:fs";
import { join } from "node:path";
import { hasCapture, installCapture } from "../capture.ts";
import { type ArchiveDatabase, isBusy, openArchiveDatabase } from "../database.ts";
import { ArchiveError } from "../error.ts";
import { TestNode } from "./node.ts";
import { type Place, type Step, writes } from "./restore-step.ts";
import { smallMappings, smallSchema } from "./small-archive.ts";

/** Two nodes, their assistants, and copies of their archives. */
export class World implements Disposable {
  readonly nodes: readonly [TestNode, TestNode];
  readonly copies: string[] = [];
  /** Bodies of rows that some state had. */
  readonly logged = new Set<string>();
  hasForgotten = false;
  hasStripped = false;
  #now = 1_800_000_000_000;
  #next = 0;

  constructor() {
    const clock = () => ++this.#now;
    this.nodes = [new TestNode(1, smallMappings, clock), new TestNode(2, smallMappings, clock)];
    for (const place of [0, 1] as const) {
      this.app(place, (db) => {
        db.exec(smallSchema);
        installCapture(db, smallMappings);
      });
      this.exchange(place);
    }
  }

  app<T>(place: Place, work: (db: ArchiveDatabase) => T): T {
    const db = openArchiveDatabase(this.nodes[place].archivePath, { create: true });
    try {
      return work(db);
    } finally {
      db.close();
    }
  }

  write(place: Place, sql: number, pick: number): void {
    this.app(place, (db) => {
      const ids = db.prepare("SELECT id FROM entries ORDER BY id").pluck().all() as number[];
      const id = ids[pick % Math.max(1, ids.length)] ?? 1;
      try {
        db.prepare(writes[sql]!).run({ next: BigInt(this.#next++), id });
      } catch (error) {
        if (!isBusy(error) && !String(error).includes("UNIQUE")) throw error;
      }
    });
  }

  /** One exchange; whether it was idle. A file that is another's is left alone until it may be taken over. */
  exchange(place: Place, how: "exchange" | "capture" = "exchange"): boolean {
    try {
      const outcome = this.nodes[place][how]()?.outcome;
      return outcome === "idle";
    } catch (error) {
      if (!(error instanceof ArchiveError)) throw error;
      if (error.code === "replaced") this.nodes[place].reopen();
      return error.code === "foreign";
    }
  }

  settle(place: Place): void {
    for (let runs = 0; !this.exchange(place); runs++) {
      if (runs > 200) throw new Error("the archive does not come to rest");
    }
    for (const body of this.stateOf(place).keys()) this.logged.add(body);
  }

  pull(place: Place): void {
    this.nodes[place].pull(this.nodes[1 - place]!);
  }

  /** `strip` makes it a copy from before an adoption, which holds no row that no log knows. */
  async backUp(place: Place, strip: boolean): Promise<void> {
    if (strip) this.settle(place);
    this.hasStripped ||= strip;
    const path = join(this.nodes[place].folder, `copy ${this.copies.length}`);
    const db = openArchiveDatabase(this.nodes[place].archivePath);
    await db.backup(path);
    db.close();
    if (strip) stripCapture(path);
    this.copies.push(path);
  }

  async restore(place: Place, pick: number, how: "in place" | "moved"): Promise<void> {
    const path = this.copies[pick % Math.max(1, this.copies.length)];
    if (path === undefined) return;
    const { archivePath } = this.nodes[place];
    const target = how === "in place" ? archivePath : `${archivePath}.new`;
    const db = openArchiveDatabase(path);
    await db.backup(target);
    db.close();
    if (how === "moved") renameSync(target, archivePath);
  }

  /** A copy's contents in place of the file's, in one transaction; nothing where the file is locked. */
  restoreAtOnce(place: Place, pick: number): void {
    const path = this.copies[pick % Math.max(1, this.copies.length)];
    if (path === undefined) return;
    this.app(place, (db) => {
      db.prepare("ATTACH ? AS copy").run(path);
      const tables = (schema: string) =>
        db.prepare(`SELECT name FROM ${schema}.sqlite_schema WHERE type='table'`).pluck().all() as string[];
      const names = tables("copy");
      if (!tables("main").every((name) => names.includes(name))) return;
      // What the triggers say of it is replaced with all the rest.
      names.sort((one, other) => Number(one.startsWith("crdt_")) - Number(other.startsWith("crdt_")));
      try {
        db.transaction(() => {
          for (const name of names)
            db.exec(`DELETE FROM main.${name};INSERT INTO main.${name} SELECT * FROM copy.${name}`);
          db.exec(
            "DELETE FROM main.sqlite_sequence;INSERT INTO main.sqlite_sequence SELECT * FROM copy.sqlite_sequence",
          );
        }).immediate();
      } catch (error) {
        if (!isBusy(error)) throw error;
      }
    });
  }

  /** Rows of entries that live in a state, by body. */
  stateOf(place: Place): Map<string, number> {
    const bodies = new Map<string, number>();
    if (this.nodes[place].state.counts().rows === 0) return bodies;
    const db = openArchiveDatabase(join(this.nodes[place].folder, "state.db"), { readonly: true });
    const uids = db
      .prepare(
        "SELECT key FROM crdt_cells WHERE object=(SELECT id FROM crdt_objects WHERE type='table' AND name='entries')",
      )
      .pluck()
      .all() as Uint8Array[];
    db.close();
    for (const uid of uids) {
      const body = String(this.nodes[place].state.row(uid)?.values.get("body"));
      bodies.set(body, (bodies.get(body) ?? 0) + 1);
    }
    return bodies;
  }

  [Symbol.dispose](): void {
    for (const one of this.nodes) one[Symbol.dispose]();
  }
}

function stripCapture(path: string): void {
  const db = openArchiveDatabase(path);
  const names = (type: string) =>
    db
      .prepare("SELECT name FROM sqlite_schema WHERE type=? AND name GLOB 'crdt_*'")
      .pluck()
      .all(type) as string[];
  for (const name of names("trigger")) db.exec(`DROP TRIGGER ${name}`);
  for (const name of names("table")) db.exec(`DROP TABLE ${name}`);
  db.close();
}

export async function perform(world: World, step: Step): Promise<void> {
  const { node: place } = step;
  const here = world.nodes[place];
  switch (step.do) {
    case "write":
      return world.write(place, step.sql, step.pick);
    case "exchange":
    case "capture":
      world.exchange(place, step.do);
      return;
    case "overtake":
      here.overtake = () => world.write(place, step.sql, step.pick);
      world.exchange(place);
      here.overtake = undefined;
      return;
    case "restore meanwhile":
      here.overtake = () => world.restoreAtOnce(place, step.pick);
      world.exchange(place);
      here.overtake = undefined;
      return;
    case "pull":
      return world.pull(place);
    case "crash":
      return here.crash();
    case "adopt":
      // As when a session has told all that the peer knows.
      world.pull(place);
      return here.file.adoptLeftovers();
    case "kill":
      here.kill = step.at;
      world.exchange(place);
      here.kill = undefined;
      return;
    case "back up":
      return await world.backUp(place, step.strip);
    case "restore":
      return await world.restore(place, step.pick, step.how);
    case "forget":
      // Without a state nobody knows an archive that was never adopted; its owner would have to adopt it.
      if (!world.app(place, hasCapture)) return;
      world.hasForgotten = true;
      here.forgetState();
      world.exchange(place);
      return;
  }
}
