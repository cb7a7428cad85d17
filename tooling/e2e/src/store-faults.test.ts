import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Random } from "@jarvis-crdt/fixtures";
import { diskFullAtWrite, failAt, hasStrace, killAtFsync, killAtWrite } from "@jarvis-crdt/harness";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  digestOf,
  driver,
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

const folder = scratch("store-faults");
afterAll(() => folder.remove());

const steps = 60;

/** What happens to the process, and at which of its calls. */
const faults: readonly ((random: Random) => readonly string[])[] = [
  (random) => killAtFsync(random.between(1, 40)),
  (random) => killAtWrite(random.between(1, 250)),
  (random) => killAtWrite(random.between(1, 250)),
  (random) => diskFullAtWrite(random.between(20, 200)),
  (random) => failAt("fsync,fdatasync", random.between(2, 30)),
  (random) => failAt("pwrite64", random.between(20, 200)),
];

/** What was attempted and what was acknowledged, of all runs. */
interface Ledger {
  readonly tried: Set<string>;
  readonly acked: Set<string>;
}

function drive(
  home: string,
  peer: string,
  run: number,
  wrap: readonly string[],
  ledger: Ledger,
  durability: "normal" | "full" = "full",
): string {
  const [command, ...args] = [
    ...wrap,
    process.execPath,
    driver,
    home,
    String(knobs.seed * 1000 + run),
    String(steps),
    String(run * steps),
    statePath(peer),
    durability,
  ];
  const { stdout, stderr, signal } = spawnSync(command!, args, { encoding: "utf8", timeout: 60_000 });
  for (const line of stdout.split("\n")) {
    const [word, kind, n] = line.split(" ");
    if (word === "try") ledger.tried.add(`${kind} ${n}`);
    if (word === "ack") ledger.acked.add(`${kind} ${n}`);
  }
  expect(stderr).toBe("");
  if (/^closed/m.test(stdout)) return /^failed/m.test(stdout) ? "met errors" : "untouched";
  return signal === "SIGKILL" || !/^failed/m.test(stdout) ? "killed" : "could not close";
}

/** Everything acknowledged is there once, nothing twice, and the state is that of an oracle that was never disturbed. */
function check(home: string, { tried, acked }: Ledger, oracle: string | undefined): void {
  const state = openState(home);
  const archive = openArchive(home, state, knobs.seed % 2 === 0 ? "wal" : "delete");
  try {
    settle(archive);
    const { all, own } = soundNotes(home, tried, "notes");
    const seen = new Set(all);
    expect(
      [...acked].filter((body) => !seen.has(body)),
      "lost",
    ).toEqual([]);
    expect(state.counts()).toMatchObject({ rows: all.length, conflicts: 0, quarantined: 0 });
    expect(state.counter("rows") ?? 0).toBe(own.filter((body) => body.startsWith("row")).length);
    if (oracle !== undefined) expect(digestOf(state)).toBe(oracleDigest(oracle, statePath(home)));
  } finally {
    archive.close();
    state.abandon();
  }
}

const peer = join(folder.path, "peer");
beforeAll(() => makePeer(peer, 200));

test.skipIf(!hasStrace())(
  "a store that is killed, has no room, or whose disk fails, at any write or fsync, loses nothing acknowledged",
  {
    timeout: 60_000 + knobs.storeFaults * 10_000,
  },
  () => {
    const random = new Random(knobs.seed);
    const home = join(folder.path, "home");
    mkdirSync(home);
    check(home, { tried: new Set(), acked: new Set() }, undefined);
    const ledger: Ledger = { tried: new Set(), acked: new Set() };
    const outcomes = new Map<string, number>();
    for (let run = 0; run < knobs.storeFaults; run++) {
      const wrap = random.pick(faults)(random);
      const outcome = drive(home, peer, run, wrap, ledger);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      // The oracle reads the whole log.
      const isLast = run === knobs.storeFaults - 1;
      const oracle = join(folder.path, `oracle ${run}`);
      if (isLast || run % 8 === 0) mkdirSync(oracle);
      check(home, ledger, isLast || run % 8 === 0 ? oracle : undefined);
      rmSync(oracle, { recursive: true, force: true });
    }
    console.log(
      `${knobs.storeFaults} runs (${[...outcomes].map(([what, n]) => `${n} ${what}`).join(", ")}); ` +
        `${ledger.acked.size} acknowledged of ${ledger.tried.size}`,
    );
    expect(ledger.acked.size).toBeGreaterThan(knobs.storeFaults);
  },
);

test.skipIf(!hasStrace())(
  "full durability pays with an fsync for every acknowledged write, normal with far fewer; both survive a kill",
  () => {
    const [normal, full] = (["normal", "full"] as const).map((durability) => {
      const home = join(folder.path, durability);
      mkdirSync(home);
      const trace = join(home, "trace");
      const ledger: Ledger = { tried: new Set(), acked: new Set() };
      const count = [
        "strace",
        "-qq",
        "-f",
        "-e",
        "trace=fsync,fdatasync",
        "-o",
        trace,
        "-P",
        `${statePath(home)}-wal`,
      ];
      expect(drive(home, peer, 0, count, ledger, durability)).toBe("untouched");
      drive(home, peer, 1, killAtWrite(150), ledger, durability);
      check(home, ledger, undefined);
      return {
        syncs: readFileSync(trace, "utf8").split("sync(").length - 1,
        rows: [...ledger.acked].filter((one) => one.startsWith("row")).length,
      };
    });
    expect(full!.syncs).toBeGreaterThanOrEqual(full!.rows / 2);
    // What comes from peers is fsynced either way; how much of that there is follows from the seed.
    expect(normal!.syncs).toBeLessThan(full!.syncs / 2);
  },
);

/** A small disk of its own; undefined where one may not mount. */
function smallDisk(name: string, megabytes: number): string | undefined {
  const at = join(folder.path, name);
  mkdirSync(at);
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", at]).status === 0;
  if (mounted) disks.push(at);
  return mounted ? at : undefined;
}
const disks: string[] = [];
afterAll(() => {
  for (const at of disks) spawnSync("umount", ["-l", at]);
});
const canMount = process.getuid?.() === 0 && spawnSync("mount", ["--version"]).status === 0;

test.skipIf(!canMount)(
  "a disk that fills up costs nothing that was acknowledged, and is used again once there is room",
  (context) => {
    const home = smallDisk("small disk", 1);
    if (home === undefined) return context.skip("one may not mount here");
    const ledger: Ledger = { tried: new Set(), acked: new Set() };
    // Half of it goes to somebody else.
    writeFileSync(join(home, "others"), Buffer.alloc(400 * 1024));
    const outcomes = Array.from({ length: 3 }, (_, run) => drive(home, peer, run, [], ledger));
    expect(outcomes.filter((outcome) => outcome !== "untouched")).not.toEqual([]);
    rmSync(join(home, "others"));
    expect(spawnSync("mount", ["-o", "remount,size=16m", home]).status).toBe(0);
    check(home, ledger, undefined);
    expect(drive(home, peer, 3, [], ledger)).toBe("untouched");
    check(home, ledger, undefined);
  },
);

test.skipIf(!canMount)(
  "a disk that became read-only is refused with its code, and nothing is lost when it is writable again",
  (context) => {
    const home = smallDisk("read-only disk", 16);
    if (home === undefined) return context.skip("one may not mount here");
    const ledger: Ledger = { tried: new Set(), acked: new Set() };
    expect(drive(home, peer, 0, [], ledger)).toBe("untouched");
    const acknowledged = ledger.acked.size;
    expect(spawnSync("mount", ["-o", "remount,ro", home]).status).toBe(0);
    expect(drive(home, peer, 1, [], ledger)).toBe("could not close");
    expect(ledger.acked.size).toBe(acknowledged);
    expect(spawnSync("mount", ["-o", "remount,rw", home]).status).toBe(0);
    expect(drive(home, peer, 2, [], ledger)).toBe("untouched");
    check(home, ledger, undefined);
  },
);
