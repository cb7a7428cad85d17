import { type ClusterNode, waitFor } from "@jarvis-crdt/harness";
import { afterAll, expect, test } from "vitest";
import { jarvisctl } from "./kit/jarvisctl.ts";
import { layOut } from "./kit/lay-out.ts";
import { errorsOf } from "./kit/logs.ts";
import { scratch } from "./kit/scratch.ts";

const folder = scratch("objects");
afterAll(() => folder.remove());

const update = (
  node: ClusterNode,
  name: string,
  operation: string,
  values: readonly unknown[],
  type?: string,
) => node.client.request("POST", `/v1/objects/${name}`, { operation, values, ...(type ? { type } : {}) });

const valueAt = async (node: ClusterNode, name: string) =>
  (await node.client.call<{ value: unknown }>("GET", `/v1/objects/${name}`)).value;

/** For every type: what is done at the first node, then at the second one, and what both read in the end. */
const types: readonly (readonly [string, string, readonly unknown[], string, readonly unknown[], unknown])[] =
  [
    ["g_counter", "increment", [2], "increment", [3], 5],
    ["pn_counter", "increment", [2], "decrement", [3], -1],
    ["max_register", "set", [2], "set", [3], 3],
    ["min_register", "set", [2], "set", [3], 2],
    ["lww_register", "set", ["a"], "set", ["b"], { value: "b", siblings: 1 }],
    ["mv_register", "set", ["a"], "set", ["b"], ["b"]],
    ["g_set", "add", ["a"], "add", ["b"], ["a", "b"]],
    ["two_phase_set", "add", ["a", "b"], "remove", ["a"], ["b"]],
    ["or_set", "add", ["a", "b"], "remove", ["a"], ["b"]],
    ["rw_set", "add", ["a", "b"], "remove", ["a"], ["b"]],
    ["ew_flag", "enable", [], "disable", [], false],
    ["lww_map", "set", ["k", 1], "set", ["k", { deep: [2] }], [["k", { deep: [2] }]]],
    ["or_map:pn_counter", "update", ["k", "increment", 5], "update", ["k", "decrement", 2], [["k", 3]]],
    [
      "time_series:60:10",
      "record",
      [30, 1.5],
      "record",
      [59, 2],
      [{ from: 0, count: 2, sum: 3.5, min: 1.5, max: 2 }],
    ],
  ];

test("objects of every type on two nodes, and a quota that a partition cannot make them overspend", {
  timeout: 120_000,
}, async () => {
  await using cluster = await layOut({ dir: folder.path, nodes: 2, wires: "proxied" });
  const [one, two] = cluster.nodes as [ClusterNode, ClusterNode];
  await Promise.all([one.start(), two.start()]);
  const ctl = (node: ClusterNode, ...args: readonly string[]) => {
    const target = ["--node", node.ready.http, "--token-file", `${node.folder}/http.token`, "--json"];
    return jarvisctl(["object", ...args, ...target]);
  };

  for (const [type, operation, values] of types) {
    expect(await update(one, type, operation, values, type), type).toMatchObject({ status: 200 });
  }
  expect((await update(one, "log", "append", ["first"], "grow_log")).status).toBe(200);
  const made = await ctl(one, "update", "quota", "increment", "1000", "--type", "bounded_counter");
  expect(made).toMatchObject({ code: 0, out: expect.stringContaining('"value":1000') });
  expect((await ctl(one, "update", "quota", "transfer", two.ready.node, "300")).code).toBe(0);
  await cluster.converged(30_000);

  for (const [type, , , operation, values] of types) {
    expect(await update(two, type, operation, values), type).toMatchObject({ status: 200 });
  }
  expect((await update(two, "log", "append", ["second"])).status).toBe(200);
  await cluster.converged(30_000);
  for (const node of cluster.nodes) {
    for (const [type, , , , , expected] of types) {
      expect(await valueAt(node, type), `${type} at node ${node.index}`).toEqual(expected);
    }
    expect(await valueAt(node, "log")).toMatchObject([
      { node: one.ready.node, value: "first" },
      { node: two.ready.node, value: "second" },
    ]);
  }

  cluster.link(2, 1).block();
  const spend = (node: ClusterNode, by: number) => update(node, "quota", "decrement", [by]);
  const refused = { status: 409, body: { code: "no-rights" } };
  expect(await spend(two, 299)).toMatchObject({ status: 200 });
  expect(await spend(two, 2)).toMatchObject(refused);
  expect(await spend(one, 701)).toMatchObject(refused);
  expect(await spend(one, 690)).toMatchObject({ status: 200 });
  // A process that is killed goes on with the rights it had, and with no more.
  await two.kill();
  await two.start();
  expect(await spend(two, 2)).toMatchObject(refused);
  const both = await Promise.all(Array.from({ length: 20 }, (_, i) => spend(i % 2 === 0 ? one : two, 1)));
  expect(both.filter(({ status }) => status === 200)).toHaveLength(11);
  // One name, two types, on both sides of the partition: two objects.
  await update(one, "fresh", "add", ["a"], "or_set");
  await update(two, "fresh", "enable", [], "ew_flag");

  cluster.link(2, 1).unblock();
  await cluster.converged(30_000);
  for (const node of cluster.nodes) {
    expect(await valueAt(node, "quota")).toEqual({
      value: 0,
      rights: { [one.ready.node]: 0, [two.ready.node]: 0 },
    });
    expect(await node.client.request("GET", "/v1/objects/fresh")).toMatchObject({
      status: 409,
      body: { code: "wrong-type" },
    });
  }
  const shown = await ctl(two, "show", "fresh", "--type", "or_set");
  expect(JSON.parse(shown.out)).toMatchObject({ name: "fresh", type: "or_set", value: ["a"] });
  const listed = JSON.parse((await ctl(two, "list")).out) as { objects: { name: string }[] };
  expect(listed.objects).toHaveLength(types.length + 4);
  await waitFor(async () => (await one.client.status()).counts.quarantined === 0, { what: "nothing waits" });
  for (const node of cluster.nodes) expect(errorsOf(node)).toEqual([]);
});
