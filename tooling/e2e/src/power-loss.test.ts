import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Random } from "@jarvis-crdt/fixtures";
import { type DiskEvent, hasStrace, losePower, readRecord, recordDisk } from "@jarvis-crdt/harness";
import { StateCopy } from "@jarvis-crdt/store-sqlite";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  digestOf,
  driver,
  feed,
  makePeer,
  openArchive,
  openState,
  oracleDigest,
  settle,
  statePath,
} from "./kit/driven-store.ts";
import { knobs } from "./kit/knobs.ts";
import { scratch } from "./kit/scratch.ts";
import { soundNotes } from "./kit/sound-notes.ts";

const folder = scratch("power-loss");
afterAll(() => folder.remove());

const peer = join(folder.path, "peer");
beforeAll(() => makePeer(peer, 60));

/** Works on a fresh store in a process of its own; returns the files as they were before, and everything that it did to them. */
function record(name: string, mode: "wal" | "delete", durability: "normal" | "full") {
  const [home, before] = [join(folder.path, name), join(folder.path, `${name} before`)];
  mkdirSync(home);
  const state = openState(home, 1, durability);
  openArchive(home, state, mode).close();
  state.close();
  cpSync(home, before, { recursive: true });
  const trace = join(folder.path, `${name} trace`);
  const args = [driver, home, String(knobs.seed), "60", "0", statePath(peer), durability];
  const [command, ...rest] = [...recordDisk(trace), process.execPath, ...args];
  const { stderr, status } = spawnSync(command!, rest, { encoding: "utf8", timeout: 60_000 });
  expect([stderr, status]).toEqual(["", 0]);
  return { home, before, events: readRecord([trace], home) };
}

/** What was said before the power went: what was acknowledged, and what was attempted. */
function saidIn(events: readonly DiskEvent[]) {
  const said = events.flatMap((event) => (event.do === "say" ? event.text.split("\n") : []));
  const of = (word: string) =>
    said.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
  return { acked: of("ack"), tried: new Set(of("try")) };
}

test.skipIf(!hasStrace()).each([
  ["full", "delete"],
  ["normal", "wal"],
  ["full", "wal"],
  ["normal", "delete"],
] as const)(
  "after a loss of power at durability %s, the archive in journal mode %s, nothing is doubled, and nothing lost that was durable",
  { timeout: 60_000 + knobs.powerLosses * 5_000 },
  (durability, mode) => {
    const { home, before, events } = record(`${durability} ${mode}`, mode, durability);
    const random = new Random(knobs.seed);
    for (let loss = 0; loss < knobs.powerLosses; loss++) {
      const count = random.between(1, events.length);
      losePower(home, before, events.slice(0, count), (most) => random.between(0, most - 1));
      const what = `${durability} ${mode}, event ${count} of ${events.length}, loss ${loss}, seed ${knobs.seed}`;
      check(home, what, saidIn(events.slice(0, count)), durability);
    }
  },
);

function check(
  home: string,
  what: string,
  { acked, tried }: ReturnType<typeof saidIn>,
  durability: "normal" | "full",
): void {
  const state = openState(home, 1, durability);
  const archive = openArchive(home, state);
  const oracle = join(folder.path, "oracle");
  try {
    settle(archive);
    // As a node does: what the archive alone still has is adopted once a peer has told all it knows.
    using peers = new StateCopy(statePath(peer));
    feed(state, peers);
    archive.adoptLeftovers();
    settle(archive);
    const { all, own } = soundNotes(home, tried, what);
    // What the application was told by SQLite is SQLite's to keep; what the store said is ours.
    const rows = acked.filter((body) => body.startsWith("row"));
    if (durability === "full")
      expect(
        rows.filter((body) => !own.includes(body)),
        `${what}: lost`,
      ).toEqual([]);
    expect(state.counts(), what).toMatchObject({ rows: all.length, conflicts: 0, quarantined: 0 });
    const counted = own.filter((body) => body.startsWith("row")).length;
    // At `normal` the archive may have kept rows whose transaction, and so the increment, is gone.
    if (durability === "full") expect(state.counter("rows") ?? 0, what).toBe(counted);
    mkdirSync(oracle);
    expect(digestOf(state), what).toBe(oracleDigest(oracle, statePath(home)));
  } finally {
    archive.close();
    state.abandon();
    rmSync(oracle, { recursive: true, force: true });
  }
}
