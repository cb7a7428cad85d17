import { randomBytes } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testCrypto } from "@jarvis-crdt/batch/testing";
import { installCapture, openArchiveDatabase } from "@jarvis-crdt/store-sqlite";
import { afterAll, expect, test } from "vitest";
import { cluster, TestNode } from "../../store-sqlite/src/archive/testing/node.ts";
import { smallMappings, smallSchema } from "../../store-sqlite/src/archive/testing/small-archive.ts";
import { createBackup } from "./create-backup.ts";
import { listBackups } from "./list-backups.ts";
import { planRestore } from "./plan-restore.ts";
import { restoreBackup } from "./restore-backup.ts";
import { openKeys } from "./seal-keys.ts";
import { thinOut } from "./thin-out.ts";
import { verifyBackup } from "./verify-backup.ts";

const root = mkdtempSync(join(tmpdir(), "backup-"));
afterAll(() => rmSync(root, { recursive: true }));

let folders = 0;
let clock = Date.UTC(2026, 0, 2, 3, 4, 5);

/** A node with an archive of some rows, all of which its log knows. */
function nodeWithRows(rows: number): TestNode {
  const node = new TestNode(1, smallMappings, () => clock);
  const app = openArchiveDatabase(node.archivePath, { create: true });
  app.exec(smallSchema);
  installCapture(app, smallMappings);
  app.close();
  write(node, rows, "row");
  node.settle();
  node.state.putCertificate(node.id, Uint8Array.of(1));
  return node;
}

function write(node: TestNode, rows: number, text: string): void {
  const app = openArchiveDatabase(node.archivePath, { busyMs: 5000 });
  const insert = app.prepare("INSERT INTO entries(body) VALUES (?)");
  for (let i = 0; i < rows; i++) insert.run(`${text} ${i}`);
  app.close();
}

function bodies(path: string): unknown[] {
  const app = openArchiveDatabase(path, { readonly: true });
  try {
    return app.prepare("SELECT body FROM entries ORDER BY body").pluck().all();
  } finally {
    app.close();
  }
}

const stateOf = (node: TestNode) => join(node.folder, "state.db");

function create(node: TestNode, more: Partial<Parameters<typeof createBackup>[0]> = {}) {
  return createBackup({
    archive: node.archivePath,
    state: stateOf(node),
    folder: join(root, String(folders++)),
    program: "test",
    now: () => clock,
    random: (bytes) => randomBytes(bytes),
    ...more,
  });
}

async function restore(node: TestNode, backup: string) {
  node.stop();
  const plan = planRestore({
    backup,
    archive: node.archivePath,
    state: stateOf(node),
    node: node.id,
    cluster,
  });
  const { publicKey, signer, ...crypto } = testCrypto(1);
  const restored = await restoreBackup(plan, {
    now: () => clock,
    judge: {
      ...crypto,
      author: () => ({ node: node.id, key: signer.key, publicKey, notBefore: 0, notAfter: 4e12 }),
      until: clock + 60_000,
    },
    openState: () => node.state,
    capture: () => {
      const before = node.state.counts().operations;
      node.settle();
      const operations = node.state.counts().operations - before;
      node.file.close();
      return operations;
    },
  });
  node.stop();
  return { plan, restored };
}

test("a backup made while the node runs is a pair, is found again, and is whole", async () => {
  using node = nodeWithRows(20);
  const { path, manifest } = await create(node);
  expect(manifest).toMatchObject({ node: node.id, rows: 20, paired: true, keys: null });
  expect(readdirSync(path).sort()).toEqual(["archive.db", "manifest.json", "state.db"]);
  expect(listBackups(join(path, ".."))).toEqual([{ path, manifest }]);
  expect(await verifyBackup(path)).toEqual(manifest);
  expect(bodies(join(path, "archive.db"))).toHaveLength(20);
});

test("a flipped byte in any file of a backup is found", async () => {
  using node = nodeWithRows(3);
  const { path } = await create(node);
  for (const name of ["archive.db", "state.db", "manifest.json"]) {
    const file = join(path, name);
    const bytes = readFileSync(file);
    const changed = Buffer.from(bytes);
    changed[Math.floor(changed.length / 2)]! ^= 1;
    writeFileSync(file, changed);
    await expect(verifyBackup(path), name).rejects.toMatchObject({ code: "damaged" });
    writeFileSync(file, bytes);
  }
  rmSync(join(path, "state.db"));
  await expect(verifyBackup(path)).rejects.toThrow("is missing");
});

test("writers do not stop a backup, and what they write is in it or after it", async () => {
  using node = nodeWithRows(1);
  // Several portions.
  write(node, 2000, "x".repeat(4000));
  let written = 0;
  const { path, manifest } = await create(node, {
    onProgress: ({ step, done }) => {
      // A write between two portions makes the copy of a file in journal mode "delete" begin anew.
      if (step === "copy the archive" && written < 3 && done > 0) write(node, 1, `meanwhile ${written++}`);
    },
  });
  expect(written).toBe(3);
  expect(await verifyBackup(path)).toEqual(manifest);
});

test("interrupted, it leaves nothing that looks like a backup", async () => {
  using node = nodeWithRows(3);
  const stop = new AbortController();
  const folder = join(root, String(folders++));
  const onProgress = () => stop.abort();
  await expect(create(node, { folder, signal: stop.signal, onProgress })).rejects.toMatchObject({
    code: "interrupted",
  });
  expect(readdirSync(folder)).toEqual([]);
});

test("keys come along encrypted, if asked for", async () => {
  using node = nodeWithRows(1);
  const folder = mkdtempSync(join(root, "keys-"));
  for (const name of ["node.pem", "node.key", "ca.pem"]) writeFileSync(join(folder, name), `the ${name}`);
  const { path } = await create(node, { keys: { folder, passphrase: "a good passphrase" } });
  const files = openKeys(readFileSync(join(path, "keys.sealed")), "a good passphrase");
  expect(Buffer.from(files.get("node.key")!).toString()).toBe("the node.key");
});

test("restored where nothing is, it goes on under a new incarnation", async () => {
  using node = nodeWithRows(10);
  node.stop();
  const { path } = await create(node);
  const own = node.state.frontier().keys().next().value;
  write(node, 1, "later");
  node.settle();
  node.stop();
  for (const name of readdirSync(node.folder)) rmSync(join(node.folder, name));
  const { plan, restored } = await restore(node, path);
  expect(plan).toMatchObject({ onState: "place", onArchive: "place" });
  expect(restored.setAside).toEqual([]);
  expect(statSync(join(node.folder, "state.db")).mode & 0o777).toBe(0o600);
  expect(bodies(node.archivePath)).toHaveLength(10);
  write(node, 1, "after");
  node.settle();
  expect(node.state.ownLog).not.toBe(own);
  expect(bodies(node.archivePath)).toHaveLength(11);
});

test("restored over a sound state, it loses nothing that came later", async () => {
  using node = nodeWithRows(10);
  const { path } = await create(node);
  write(node, 5, "later");
  node.settle();
  write(node, 3, "not captured yet");
  const { plan, restored } = await restore(node, path);
  expect(plan).toMatchObject({ onState: "merge", onArchive: "replace", captures: true });
  expect(restored).toMatchObject({ captured: 3, merged: { operations: 0 } });
  expect(existsSync(restored.setAside[0]!)).toBe(true);
  expect(bodies(node.archivePath)).toHaveLength(10);
  node.settle();
  expect(bodies(node.archivePath)).toHaveLength(18);
  expect(node.state.counts()).toMatchObject({ rows: 18, conflicts: 0 });
});

test("restored over an older state, it gives it what it lacks", async () => {
  using node = nodeWithRows(10);
  node.stop();
  const older = join(root, String(folders++));
  copyFileSync(stateOf(node), older);
  write(node, 5, "later");
  node.settle();
  node.stop();
  const { path } = await create(node);
  copyFileSync(older, stateOf(node));
  const { restored } = await restore(node, path);
  expect(restored.merged).toMatchObject({ operations: 5, refused: [] });
  node.settle();
  expect(node.state.counts().rows).toBe(15);
  expect(bodies(node.archivePath)).toHaveLength(15);
});

test("a damaged state is set aside and replaced", async () => {
  using node = nodeWithRows(10);
  node.stop();
  const { path } = await create(node);
  writeFileSync(stateOf(node), "this was a state file");
  const { plan, restored } = await restore(node, path);
  expect(plan).toMatchObject({ onState: "replace" });
  expect(readFileSync(restored.setAside[1]!, "utf8")).toBe("this was a state file");
  // Within the same second.
  const again = await restore(node, path);
  expect(new Set([...restored.setAside, ...again.restored.setAside]).size).toBe(3);
  node.settle();
  expect(node.state.counts().rows).toBe(10);
});

test("a running node is not restored over, nor another node's backup put there", async () => {
  using node = nodeWithRows(1);
  const { path } = await create(node);
  const target = { backup: path, archive: node.archivePath, state: stateOf(node), node: node.id, cluster };
  expect(() => planRestore(target)).toThrow(expect.objectContaining({ code: "in-use" }));
  expect(() => planRestore(target)).toThrow(`process ${process.pid}`);
  node.stop();
  const other = { ...target, node: "00000000-0000-4000-8000-000000000002" };
  expect(() => planRestore(other)).toThrow(expect.objectContaining({ code: "other-node" }));
  expect(() => planRestore({ ...target, cluster: new Uint8Array(16) })).toThrow("another cluster");
  expect(() => planRestore({ ...target, backup: root })).toThrow(
    expect.objectContaining({ code: "not-a-backup" }),
  );
});

test("old backups go, damaged ones and what is none of ours stays", async () => {
  using node = nodeWithRows(1);
  const folder = join(root, String(folders++));
  const made: string[] = [];
  for (let i = 0; i < 4; i++, clock += 1000) made.push((await create(node, { folder })).path);
  writeFileSync(join(made[0]!, "manifest.json"), "{}");
  writeFileSync(join(folder, "notes.txt"), "mine");
  expect(thinOut(folder, { newest: 2, days: 0 })).toEqual([made[1]]);
  expect(readdirSync(folder).sort()).toEqual([
    ...[0, 2, 3].map((i) => made[i]!.slice(folder.length + 1)),
    "notes.txt",
  ]);
});
