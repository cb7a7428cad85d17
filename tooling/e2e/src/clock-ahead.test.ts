import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ClusterNode, waitFor } from "@jarvis-crdt/harness";
import { afterAll, expect, test } from "vitest";
import { readContents, settled } from "./kit/contents.ts";
import { jarvisctl } from "./kit/jarvisctl.ts";
import { layOut } from "./kit/lay-out.ts";
import { liveConfig } from "./kit/live-config.ts";
import { times, writes } from "./kit/reconciling.ts";
import { scratch } from "./kit/scratch.ts";

const folder = scratch("clock");
afterAll(() => folder.remove());

const day = 86_400_000;
const tenYears = 3_650 * day;
const settleMs = 30_000;

const preload = new URL("./kit/shifted-clock.ts", import.meta.url).href;
const shift = join(folder.path, "shift");
const wrap = ["env", `NODE_OPTIONS=--import=${preload}`, `CLOCK_SHIFT=${shift}`];
const setClock = (ms: number) => writeFileSync(shift, String(ms));

const write = (node: ClusterNode, content: string) =>
  node.client.call("POST", "/v1/archive", {
    values: { source: "clock", operation: "test", data_type: "input", content },
  });
const troublesOf = async (node: ClusterNode) =>
  (await node.client.call<{ troubles: { code: string }[] }>("GET", "/v1/status")).troubles.map(
    ({ code }) => code,
  );

test("a node whose clock two peers contradict writes nothing until it is right; what it stamped ahead before is written anew", {
  timeout: 120_000,
}, async () => {
  await using cluster = await layOut({ dir: folder.path, nodes: 3 });
  const [one, two] = [cluster.node(1), cluster.node(2)];
  setClock(0);
  await one.start({ wrap });
  await two.start();
  await cluster.node(3).start();
  await write(one, "in time");
  await settled(cluster, settleMs);

  for (const wrong of [tenYears, -day]) {
    setClock(wrong);
    const waiting = `waits at ${wrong}`;
    await waitFor(async () => (await troublesOf(one)).includes("clock-contradicted"), {
      what: "it is said in the status",
    });
    await expect(write(one, "refused")).rejects.toMatchObject({ status: 503 });
    writes(one, waiting);
    const why = await one.client.call<{ causes: { code: string }[] }>("GET", "/v1/why");
    expect(why.causes[0]).toMatchObject({ code: "clock-contradicted" });
    if (wrong > 0) {
      const told = await jarvisctl(["doctor", "--config", liveConfig(one), "--json"]);
      expect([told.code, JSON.parse(told.out).findings[0]]).toMatchObject([
        1,
        { code: "clock-contradicted", level: "problem" },
      ]);
    }
    await write(two, `meanwhile at ${wrong}`);
    await waitFor(() => readContents(cluster.node(3).archive).entries === readContents(two.archive).entries, {
      what: "the others go on",
    });
    expect(times(two, waiting)).toBe(0);
    setClock(0);
    await waitFor(() => times(two, waiting) === 1, { what: "what waited arrives", timeoutMs: settleMs });
    expect(await troublesOf(one)).toEqual([]);
  }
  await write(one, "taken again");
  await settled(cluster, settleMs);

  // Ten years ahead from the start on: every certificate has expired, so nobody tells it.
  await one.stop();
  setClock(tenYears);
  await one.start({ wrap });
  await write(one, "from the future");
  await one.client.call("POST", "/v1/counters/ahead", { by: 7 });
  writes(one, "by the assistant from the future");
  await waitFor(async () => (await one.client.status()).counts.rows === readContents(one.archive).entries, {
    what: "it is captured",
  });
  await one.stop();
  setClock(0);
  const doctor = await jarvisctl(["doctor", "--config", join(one.folder, "config.yaml"), "--json"]);
  expect(JSON.parse(doctor.out).findings).toContainEqual(expect.objectContaining({ code: "clock" }));
  await one.start({ wrap });
  await waitFor(() => times(two, "by the assistant from the future") === 1, {
    what: "it reaches the others",
    timeoutMs: settleMs,
  });
  await write(one, "afterwards");
  await settled(cluster, settleMs);
  for (const { client } of cluster.nodes) {
    expect(await client.call("GET", "/v1/counters/ahead")).toEqual({ value: 7 });
    expect((await client.status()).counts).toMatchObject({ quarantined: 0, conflicts: 0 });
  }
  const after = await jarvisctl(["doctor", "--config", join(one.folder, "config.yaml"), "--json"]);
  expect(JSON.parse(after.out).findings).not.toContainEqual(expect.objectContaining({ code: "clock" }));
});
