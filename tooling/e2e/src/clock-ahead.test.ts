import { mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { waitFor } from "@jarvis-crdt/harness";
import Database from "better-sqlite3";
import { afterAll, expect, test } from "vitest";
import { readContents, settled } from "./kit/contents.ts";
import { jarvisctl } from "./kit/jarvisctl.ts";
import { layOut } from "./kit/lay-out.ts";
import { scratch } from "./kit/scratch.ts";

const folder = scratch("clock");
afterAll(() => folder.remove());

const tenYears = 10 * 365 * 86_400_000;

test("what a node wrote while its clock was ten years ahead reaches others once its state was moved away", {
  timeout: 60_000,
}, async () => {
  await using cluster = await layOut({ dir: folder.path, nodes: 2 });
  const [one, two] = [cluster.node(1), cluster.node(2)];
  await cluster.start();
  const write = (content: string) =>
    one.client.call("POST", "/v1/archive", {
      values: { source: "clock", operation: "test", data_type: "input", content },
    });
  await write("in time");
  await settled(cluster, 20_000);

  // The clock was ahead for a while: this is what stays of that.
  await one.stop();
  const state = new Database(one.state);
  state
    .prepare("UPDATE crdt_meta SET value = (? - 1577836800000) * 4096 WHERE key = 'hlc'")
    .run(BigInt(Date.now() + tenYears));
  state.close();
  const doctor = await jarvisctl(["doctor", "--config", join(one.folder, "config.yaml"), "--json"]);
  expect(JSON.parse(doctor.out).findings).toContainEqual(expect.objectContaining({ code: "clock" }));
  await one.start();
  await write("from the future");
  // Later than the certificate vouches for: it would be refused for ever, not only until its time has come.
  await waitFor(() => readFileSync(two.log, "utf8").includes("outside-certificate"), {
    what: "the peer refuses it",
  });
  expect(readContents(two.archive).entries).toBe(1);

  await one.stop();
  const aside = join(one.folder, "aside");
  mkdirSync(aside);
  for (const name of readdirSync(one.folder))
    if (name.startsWith("crdt_state.db")) renameSync(join(one.folder, name), join(aside, name));
  await one.start();
  await waitFor(() => readContents(two.archive).entries === 2, {
    what: "the peer has it",
    timeoutMs: 30_000,
  });
  await settled(cluster, 20_000);
  expect(readContents(two.archive)).toEqual(readContents(one.archive));
});
