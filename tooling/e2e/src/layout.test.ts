import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { Random } from "@jarvis-crdt/fixtures";
import { hasStrace, losePower, nothingLost, readRecord, recordDisk } from "@jarvis-crdt/harness";
import { StateCopy } from "@jarvis-crdt/store-sqlite";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { digestOf, openState, oracleDigest, statePath } from "./kit/driven-store.ts";
import { knobs } from "./kit/knobs.ts";
import { scratch } from "./kit/scratch.ts";

const folder = scratch("layout");
afterAll(() => folder.remove());

/**
 * A state file as it was when its digest had a tree of fixed shape, written by that version: rows of two nodes, open
 * conflicts, a counter, a register, a set, transactions that wait, a removal of what has not come, a digest half made.
 */
const old = gunzipSync(readFileSync(new URL("../fixtures/state-layout-1.db.gz", import.meta.url)));
const driver = fileURLToPath(new URL("../dist/store-driver-main.js", import.meta.url));

function newHome(name: string): string {
  const home = join(folder.path, name);
  mkdirSync(home);
  return home;
}

function layOld(name: string): string {
  const home = newHome(name);
  writeFileSync(statePath(home), old);
  return home;
}

let digest: string;
let frontier: ReadonlyMap<string, number>;
beforeAll(() => {
  const home = layOld("as it was");
  using copy = new StateCopy(statePath(home));
  frontier = copy.frontier;
  digest = oracleDigest(newHome("oracle"), statePath(home));
});

const layoutOf = (home: string) => {
  const db = new Database(statePath(home), { readonly: true });
  try {
    return db.pragma("user_version", { simple: true });
  } finally {
    db.close();
  }
};

/** Opened by this version, it says what it said, and no operation came of that. */
function expectWhole(home: string, what: string): void {
  const state = openState(home);
  try {
    expect(digestOf(state), what).toBe(digest);
    expect(state.counts(), what).toEqual({
      rows: 23,
      operations: 47,
      batches: 17,
      quarantined: 2,
      conflicts: 2,
    });
    expect([state.counter("hits"), state.set("tags"), state.register("name")?.value], what).toEqual([
      19,
      ["red", "green"],
      "third",
    ]);
  } finally {
    state.abandon();
  }
  using copy = new StateCopy(statePath(home));
  expect(copy.frontier, what).toEqual(frontier);
}

test("a state file of an older layout is upgraded when it is opened, with no operation of ours, and goes on", () => {
  const home = layOld("upgraded");
  expect(layoutOf(home)).toBe(1);
  expectWhole(home, "upgraded");
  expect(layoutOf(home)).toBe(2);
  const state = openState(home);
  state.commit({ intents: [{ kind: "counter.add", object: "hits", by: 1 }] });
  expect(digestOf(state)).toBe(oracleDigest(newHome("second oracle"), statePath(home)));
  state.close();
});

test.skipIf(!hasStrace())(
  "killed or out of power at any write of the upgrade, it is as it was or upgraded",
  () => {
    const [home, before] = [layOld("interrupted"), join(folder.path, "before")];
    cpSync(home, before, { recursive: true });
    const trace = join(folder.path, "trace");
    const args = [driver, home, "1", "0", "0", join(folder.path, "as it was", "state.db"), "full"];
    const [command, ...rest] = [...recordDisk(trace), process.execPath, ...args];
    const { stderr, status } = spawnSync(command!, rest, { encoding: "utf8", timeout: 60_000 });
    expect([stderr, status]).toEqual(["", 0]);
    expect(layoutOf(home)).toBe(2);

    const events = readRecord([trace], home);
    const random = new Random(knobs.seed);
    const met = new Set<unknown>();
    for (let count = 1; count <= events.length; count++) {
      const chance = count % 2 === 0 ? nothingLost : (most: number) => random.between(0, most - 1);
      losePower(home, before, events.slice(0, count), chance);
      met.add(layoutOf(home));
      expectWhole(home, `after event ${count} of ${events.length}, seed ${knobs.seed}`);
    }
    expect([...met]).toEqual([1, 2]);
  },
);

test("a state file of a later layout is refused with a sentence, and not touched", () => {
  const home = newHome("later");
  openState(home).close();
  const db = new Database(statePath(home));
  db.pragma("user_version = 3");
  db.close();
  const bytes = readFileSync(statePath(home));
  const refused =
    /state\.db has layout 3, and this version knows layouts up to 2: use the version that wrote it/;
  expect(() => openState(home)).toThrow(refused);
  expect(() => new StateCopy(statePath(home))).toThrow(refused);
  expect(readFileSync(statePath(home)).equals(bytes)).toBe(true);
});
