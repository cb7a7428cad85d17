import { copyFileSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { generateArchive } from "@jarvis-crdt/fixtures";
import { type ClusterNode, waitFor } from "@jarvis-crdt/harness";
import { expect, test } from "vitest";
import { readContents } from "./kit/contents.ts";
import { errorsOf, logged, readLog } from "./kit/logs.ts";
import { Scene, shows, times, writes, writesInto } from "./kit/reconciling.ts";
import { backUpByPython } from "./kit/replace-archive.ts";

test("an older copy is moved over the archive of a running node", { timeout: 120_000 }, async () => {
  await using scene = await Scene.begin();
  const { one, two } = scene;
  const copy = scene.path("copy.db");
  backUpByPython(one.archive, copy);
  writes(one, "later");
  await shows(two, "later");
  writesInto(copy, "written into the copy");
  const after = readLog(one).length;
  writes(one, "a moment ago");
  renameSync(copy, one.archive);
  writes(one, "right after");
  await scene.reconciled(one, after);
  await shows(one, "a moment ago");
  await scene.allIsWell(["later", "written into the copy", "a moment ago", "right after"]);
  expect(errorsOf(one)).toEqual([]);
});

test("the archive of a running node is deleted", { timeout: 120_000 }, async () => {
  await using scene = await Scene.begin();
  const { one, two } = scene;
  writes(one, "since the adoption");
  await shows(two, "since the adoption");
  const { entries, activities } = readContents(one.archive);
  const after = readLog(one).length;
  writes(one, "a moment ago");
  rmSync(one.archive);
  const { putBack } = await scene.reconciled(one, after);
  expect(putBack).toBeGreaterThanOrEqual(entries + activities);
  await shows(one, "a moment ago");
  await scene.allIsWell(["since the adoption", "a moment ago"]);
  expect(readContents(one.archive).activities).toBe(activities);
  expect(errorsOf(one)).toEqual([]);
});

test("another node's file takes the place of the archive", { timeout: 120_000 }, async () => {
  await using scene = await Scene.begin();
  const { one, two } = scene;
  writes(one, "of one");
  await shows(two, "of one");
  await one.client.disconnect(two.ready.node);
  writes(two, "of two");
  await shows(two, "of two");
  await waitFor(
    async () => (await two.client.status()).counts.rows > (await one.client.status()).counts.rows,
    {
      what: "the row is captured",
    },
  );
  writes(one, "only of one");
  const copy = scene.path("theirs.db");
  backUpByPython(two.archive, copy);
  const after = readLog(one).length;
  const logsOfTwo = async (node: ClusterNode) =>
    Object.keys((await node.client.status()).frontier).filter((log) => log.startsWith(two.ready.node));
  const before = await logsOfTwo(two);
  renameSync(copy, one.archive);
  await scene.reconciled(one, after);
  await one.client.connect(two.ready.node);
  await scene.allIsWell(["of one", "of two", "only of one"]);
  expect(await logsOfTwo(one)).toEqual(before);
  expect((await one.client.status()).counts.conflicts).toBe(0);
});

test("an archive that has nothing to do with it takes the place of the archive", {
  timeout: 120_000,
}, async () => {
  await using scene = await Scene.begin();
  const { one, two } = scene;
  const other = scene.path("other.db");
  generateArchive({ path: other, rows: 200, seed: 99, activities: 0 });
  writesInto(other, "unrelated", "unrelated too");
  const { entries } = readContents(one.archive);
  const after = readLog(one).length;
  renameSync(other, one.archive);
  const { matched, leftovers, putBack } = await scene.reconciled(one, after);
  console.log(`${matched} matched, ${putBack} put back, ${leftovers} adopted`);
  await scene.allIsWell(["unrelated", "unrelated too"]);
  expect(readContents(two.archive).entries).toBe(entries + 200 + 3);
});

test("what is no archive is refused until one is there again", { timeout: 120_000 }, async () => {
  await using scene = await Scene.begin();
  const { one } = scene;
  const aside = scene.path("aside.db");
  copyFileSync(one.archive, aside);
  const after = readLog(one).length;
  const text = scene.path("text");
  copyFileSync(one.log, text);
  renameSync(text, one.archive);
  await logged(one, "not-sqlite", after);
  renameSync(aside, one.archive);
  await scene.allIsWell([]);
});

function stateFiles({ state }: ClusterNode): string[] {
  const folder = dirname(state);
  return readdirSync(folder)
    .filter((name) => name.startsWith(basename(state)) || name === "fence")
    .map((name) => join(folder, name));
}

test("the state of a node is lost, and restored to an older copy", { timeout: 180_000 }, async () => {
  await using scene = await Scene.begin();
  const { one, two } = scene;
  await one.stop();
  const copies = stateFiles(one).map((path) => ({ path, copy: scene.path(basename(path)) }));
  for (const { path, copy } of copies) copyFileSync(path, copy);
  await one.start();
  writes(one, "after the copy");
  await shows(two, "after the copy");

  await two.stop();
  const stored = (await one.client.status()).counts.rows;
  writes(one, "unsent");
  await waitFor(async () => (await one.client.status()).counts.rows === stored + 1, {
    what: "it is captured",
  });
  await one.stop();
  for (const path of stateFiles(one)) rmSync(path);
  for (const { path, copy } of copies) copyFileSync(copy, path);
  await scene.cluster.start();
  await scene.allIsWell(["after the copy", "unsent"]);

  await one.kill();
  for (const path of stateFiles(one)) rmSync(path);
  writes(one, "while stopped");
  await one.start();
  await scene.settled();
  for (const content of ["after the copy", "unsent", "afterwards", "while stopped"])
    expect(times(two, content), content).toBe(1);
  expect((await one.client.status()).counts.conflicts).toBe(0);
  const { frontier } = await one.client.status();
  const own = Object.keys(frontier).filter((log) => log.startsWith(one.ready.node));
  expect(own.length).toBeGreaterThanOrEqual(3);
});
