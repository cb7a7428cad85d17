import { copyFileSync, statSync } from "node:fs";
import { waitFor } from "@jarvis-crdt/harness";
import { expect, test } from "vitest";
import { readContents } from "./kit/contents.ts";
import { errorsOf, readLog } from "./kit/logs.ts";
import { Scene, settleMs, shows, writes } from "./kit/reconciling.ts";
import { backUpByPython, sqlByPython } from "./kit/replace-archive.ts";

const mostKills = 6;

test("an older copy is restored into the file of a running node, twice", { timeout: 120_000 }, async () => {
  await using scene = await Scene.begin();
  const { one, two } = scene;
  writes(one, "in the copy");
  await shows(two, "in the copy");
  const copy = scene.path("copy.db");
  backUpByPython(one.archive, copy);
  writes(one, "later 1", "later 2");
  writes(two, "from two");
  await shows(one, "from two");
  await scene.settled();
  const { operations } = (await one.client.status()).counts;
  for (const round of [1, 2]) {
    const after = readLog(one).length;
    const { ino } = statSync(one.archive);
    backUpByPython(copy, one.archive);
    // Under ids that other rows had.
    writes(one, `right after ${round} a`, `right after ${round} b`);
    expect(statSync(one.archive).ino).toBe(ino);
    const { matched, putBack, leftovers } = await scene.reconciled(one, after);
    console.log(`round ${round}: ${matched} matched, ${putBack} put back, ${leftovers} leftovers`);
    expect(leftovers).toBe(0);
    expect(putBack).toBe(round === 1 ? 3 : 5);
    await scene.settled();
    expect((await one.client.status()).counts.operations).toBe(operations + 2 * round);
  }
  await scene.allIsWell([
    "in the copy",
    "later 1",
    "later 2",
    "from two",
    "right after 1 a",
    "right after 2 b",
  ]);
  expect(errorsOf(one)).toEqual([]);
});

test("a copy from before the adoption is restored into the file of a running node", {
  timeout: 120_000,
}, async () => {
  await using scene = await Scene.begin();
  const { one, two } = scene;
  writes(one, "since the adoption");
  await shows(two, "since the adoption");
  sqlByPython(
    one.archive,
    "UPDATE archive_entries SET verification_status='verified',verification_timestamp='2026-02-02' WHERE id IN(SELECT id FROM archive_entries ORDER BY id LIMIT 20)",
  );
  await scene.settled();
  const before = await one.client.status();
  const { entries, activities } = readContents(one.archive);
  const after = readLog(one).length;
  backUpByPython(scene.path("before.db"), one.archive);
  // Perhaps before anything of ours is in the file.
  writes(one, "right after");
  const { putBack, conflicts } = await scene.reconciled(one, after);
  expect(putBack).toBe(1);
  expect(conflicts).toBe(0);
  await scene.allIsWell(["since the adoption", "right after"]);
  for (const node of [one, two]) {
    const contents = readContents(node.archive);
    expect(contents.entries).toBe(entries + 2);
    expect(contents.activities).toBe(activities);
  }
  const { counts } = await one.client.status();
  // Two new rows, and nothing else was written into the log.
  expect(counts.operations).toBe(before.counts.operations + 2);
  expect(counts.conflicts).toBe(0);
  expect(errorsOf(one)).toEqual([]);
});

test("VACUUM, and a file copy put back over the file, change nothing", { timeout: 120_000 }, async () => {
  await using scene = await Scene.begin();
  const { one, two } = scene;
  const log = readLog(one).length;
  sqlByPython(one.archive, "DELETE FROM verification_queue; VACUUM");
  writes(one, "after the VACUUM");
  await shows(two, "after the VACUUM");
  await scene.settled();
  const reconciled = () =>
    readLog(one)
      .slice(log)
      .filter(({ matched }) => matched !== undefined).length;
  expect(reconciled()).toBe(0);
  // As cp does it: into the same file, page by page, without any lock.
  const copy = scene.path("copy.db");
  copyFileSync(one.archive, copy);
  writes(one, "after the copy");
  await shows(two, "after the copy");
  copyFileSync(copy, one.archive);
  await shows(one, "after the copy");
  await scene.allIsWell(["after the VACUUM", "after the copy"]);
  expect(reconciled()).toBe(1);
});

test("a node is killed again and again while it reconciles", { timeout: 180_000 }, async () => {
  await using scene = await Scene.begin(2_000);
  const { one, two } = scene;
  const copy = scene.path("copy.db");
  backUpByPython(one.archive, copy);
  writes(two, ...Array.from({ length: 300 }, (_, n) => `of two ${n}`));
  await shows(one, "of two 299");
  await scene.settled();
  const { operations } = (await one.client.status()).counts;
  const { entries } = readContents(one.archive);
  backUpByPython(copy, one.archive);
  writes(one, "right after");
  let done = false;
  for (let kills = 0; !done; kills++) {
    const after = readLog(one).length;
    if (!one.running) await one.start();
    const ended = () =>
      readLog(one)
        .slice(after)
        .some(({ matched }) => matched !== undefined);
    const deadline = Date.now() + (kills < mostKills ? 30 + 150 * kills : settleMs);
    await waitFor(() => ended() || Date.now() > deadline, {
      what: "time passes",
      intervalMs: 5,
      timeoutMs: settleMs,
    });
    done = ended();
    if (!done) await one.kill();
    else console.log(`reconciled after ${kills} kills`);
  }
  await scene.allIsWell(["of two 0", "of two 299", "right after"]);
  expect(readContents(one.archive).entries).toBe(entries + 2);
  expect((await one.client.status()).counts.operations).toBe(operations + 2);
});
