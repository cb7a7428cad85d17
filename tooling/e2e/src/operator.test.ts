import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateArchive } from "@jarvis-crdt/fixtures";
import { type ClusterNode, waitFor } from "@jarvis-crdt/harness";
import Database from "better-sqlite3";
import { afterAll, expect, test } from "vitest";
import { readContents, settled } from "./kit/contents.ts";
import { jarvisctl } from "./kit/jarvisctl.ts";
import { layOut } from "./kit/lay-out.ts";
import { scratch } from "./kit/scratch.ts";

const folder = scratch("operator");
afterAll(() => folder.remove());

/** Asks a running node as an operator does, and gives the one document it prints. */
async function ask(node: ClusterNode, ...args: readonly string[]) {
  const target = ["--node", node.ready.http, "--token-file", join(node.folder, "http.token"), "--json"];
  const { code, out, err } = await jarvisctl([...args, ...target]);
  if (code !== 0) throw new Error(`${args.join(" ")} gave ${code}: ${err}`);
  return JSON.parse(out);
}

async function onFiles(node: ClusterNode, ...args: readonly string[]) {
  const ended = await jarvisctl([...args, "--config", join(node.folder, "config.yaml"), "--json"]);
  return { code: ended.code, err: ended.err, document: JSON.parse(ended.out) };
}

function run(node: ClusterNode, sql: string): void {
  const db = new Database(node.archive, { timeout: 5000 });
  try {
    db.exec(sql);
  } finally {
    db.close();
  }
}

test("an operator settles conflicts, sees what waits, and backs up and restores", {
  timeout: 90_000,
}, async () => {
  await using cluster = await layOut({ dir: folder.path, nodes: 2 });
  const [one, two] = [cluster.node(1), cluster.node(2)];
  generateArchive({ path: one.archive, rows: 200, seed: 6 });
  await one.adopt();
  await cluster.start();
  await settled(cluster, 30_000);

  // A conflict: both write without having heard of each other.
  await one.client.call("POST", `/v1/peers/${two.ready.node}/disconnect`);
  await one.client.call("PUT", "/v1/registers/colour", { value: "red" });
  await two.client.call("PUT", "/v1/registers/colour", { value: "blue" });
  await one.client.call("POST", `/v1/peers/${two.ready.node}/connect`);
  await cluster.converged(20_000);
  const { items } = await ask(two, "conflicts", "list");
  expect(items).toMatchObject([{ object: "colour", rule: "last-writer-wins" }]);
  expect(await one.client.call("GET", "/v1/conflicts")).toEqual({ items, next: null });
  await ask(two, "conflicts", "restore", items[0].id, "--yes");
  await cluster.converged(20_000);
  for (const node of cluster.nodes) {
    expect((await node.client.status()).counts).toMatchObject({ conflicts: 0 });
    expect(await node.client.call("GET", "/v1/registers/colour")).toMatchObject({ value: "red" });
  }

  // A row that one file does not accept.
  run(
    two,
    "CREATE TRIGGER no BEFORE INSERT ON archive_entries WHEN NEW.source='odd' BEGIN SELECT RAISE(ABORT,'too odd'); END",
  );
  const values = { source: "odd", operation: "test", data_type: "input", content: "x" };
  const { uid } = await one.client.call<{ uid: string }>("POST", "/v1/archive", { values });
  const refused = async () => (await two.client.call<{ items: unknown[] }>("GET", "/v1/quarantine")).items;
  await waitFor(async () => (await refused()).length === 1, { what: "the row is refused" });
  expect(await refused()).toMatchObject([
    { kind: "row", id: uid, table: "archive_entries", detail: expect.stringContaining("too odd") },
  ]);
  run(two, "DROP TRIGGER no");
  // The node may have tried it again by itself.
  expect((await ask(two, "quarantine", "retry")).transactions).toBe(0);
  await waitFor(async () => (await refused()).length === 0, { what: "the row is shown" });
  await settled(cluster, 20_000);

  // A backup of a running node, and what comes after it.
  const passphrase = join(folder.path, "passphrase");
  writeFileSync(passphrase, "correct horse battery\n");
  const keys = ["--with-keys", "--passphrase-file", passphrase];
  const made = await onFiles(two, "backup", "create", ...keys);
  expect(made).toMatchObject({ code: 0, document: { manifest: { node: two.ready.node } } });
  const { path } = made.document;
  await two.client.call("POST", "/v1/archive", { values: { ...values, source: "later" } });
  await settled(cluster, 20_000);
  const whole = readContents(two.archive);

  expect(await onFiles(two, "backup", "restore", path, "--yes")).toMatchObject({
    code: 1,
    err: expect.stringContaining(`process ${two.ready.pid}`),
  });
  const doctor = await onFiles(two, "doctor");
  expect(doctor).toMatchObject({ code: 0 });
  expect(doctor.document.findings).toContainEqual(
    expect.objectContaining({
      code: "running",
      sentence: expect.stringContaining(`process ${two.ready.pid}`),
    }),
  );
  const verified = () => jarvisctl(["backup", "verify", path, "--json"]);
  expect(await verified()).toMatchObject({ code: 0 });
  const file = join(path, "state.db");
  const bytes = readFileSync(file);
  const changed = Buffer.from(bytes);
  changed[9000]! ^= 64;
  writeFileSync(file, changed);
  expect(await verified()).toMatchObject({ code: 1, out: expect.stringContaining("was changed") });
  writeFileSync(file, bytes);

  // Everything gone but the backup, the certificate's folder included; the peer has what came later.
  await two.stop();
  for (const name of readdirSync(two.folder))
    if (
      name.startsWith("crdt_state") ||
      name.startsWith("jarvis_archive") ||
      name === "certs" ||
      name === "fence"
    )
      rmSync(join(two.folder, name), { recursive: true });
  expect(await onFiles(two, "backup", "restore", path, "--yes", ...keys)).toMatchObject({
    code: 0,
    document: { plan: { on_state: "place", on_archive: "place" } },
  });
  await two.start();
  await settled(cluster, 30_000);
  expect(readContents(two.archive)).toEqual(whole);
  for (const { client } of cluster.nodes)
    expect((await client.status()).counts).toMatchObject({ conflicts: 0, quarantined: 0 });
});
