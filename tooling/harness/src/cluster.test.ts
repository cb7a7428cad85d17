import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { Cluster, type ClusterOptions } from "./cluster.ts";
import { ServiceError } from "./service.ts";
import { hasStrace } from "./strace.ts";
import { alive } from "./testing/alive.ts";
import { fakes } from "./testing/fakes.ts";
import { waitFor } from "./wait.ts";

const root = mkdtempSync(join(tmpdir(), "harness-"));
afterAll(() => rmSync(root, { recursive: true }));

function create(nodes: number, options: Partial<ClusterOptions> = {}): Promise<Cluster> {
  return Cluster.create({ dir: mkdtempSync(join(root, "c")), nodes, programs: fakes, ...options });
}

const misbehaving = (fake: string) => create(1, { config: () => ({ debugging: { fake } }) });

test("nodes get certificates, dial those before them, and are asked with their token", async () => {
  await using cluster = await create(3);
  await cluster.start();
  expect(readFileSync(join(cluster.node(2).certificates, "node.pem"), "utf8")).toContain(
    "--name node2 --role admin",
  );
  // Node 1 is greeted by two, node 2 by one, node 3 by nobody.
  await waitFor(async () => (await cluster.node(1).client.digest()).digest === "10", {
    what: "two greetings",
  });
  await waitFor(async () => (await cluster.node(2).client.digest()).digest === "5", { what: "one greeting" });
  expect((await cluster.node(3).client.digest()).digest).toBe("0");
  const stranger = await fetch(`${cluster.node(1).ready.http}/v1/digest`);
  expect(stranger.status).toBe(401);
});

test("a node comes back where its peers look for it", async () => {
  await using cluster = await create(1);
  const before = await cluster.node(1).start();
  expect(await cluster.node(1).kill()).toEqual({ code: null, signal: "SIGKILL" });
  expect(cluster.node(1).running).toBe(false);
  expect(alive(before.pid)).toBe(false);
  const after = await cluster.node(1).start();
  expect(after.peer).toBe(before.peer);
  expect(await cluster.node(1).stop()).toEqual({ code: 0, signal: null });
});

test("proxied wires lead to the node wherever it is, and can be cut", async () => {
  await using cluster = await create(2, { wires: "proxied" });
  await cluster.start();
  await waitFor(async () => (await cluster.node(1).client.digest()).digest === "5", { what: "the greeting" });
  expect(cluster.link(2, 1).traffic.up).toBe(5);
  cluster.link(2, 1).block();
  await cluster.node(2).kill();
  await cluster.node(2).start();
  expect((await cluster.node(1).client.digest()).digest).toBe("5");
  expect(() => cluster.link(1, 2)).toThrow("node 1 dials no node 2");
});

test("convergence is waited for and shows when it does not come", async () => {
  await using cluster = await create(2, { dials: () => [] });
  await cluster.start();
  expect(await cluster.converged(5000)).toBe("0");
  await using apart = await create(2);
  await apart.start();
  await waitFor(async () => (await apart.node(1).client.digest()).digest === "5", { what: "the greeting" });
  await expect(apart.converged(100)).rejects.toThrow("one digest on 2 nodes: not within 100 ms");
});

test("a node that ends before it is ready says why", async () => {
  const cluster = await misbehaving("refuses");
  const error = await cluster
    .node(1)
    .start()
    .catch((error: unknown) => error);
  expect(error).toBeInstanceOf(ServiceError);
  expect((error as ServiceError).exit).toEqual({ code: 3, signal: null });
  expect((error as ServiceError).message).toContain("the key is exposed");
  expect(cluster.node(1).running).toBe(false);
});

test("anything else on stdout is no ready line", async () => {
  const cluster = await misbehaving("noisy");
  await expect(cluster.node(1).start()).rejects.toThrow("no ready line: hello");
});

test("a node that never gets ready is killed", async () => {
  const cluster = await misbehaving("silent");
  await expect(cluster.node(1).start({ readyMs: 300 })).rejects.toThrow("not ready within 300 ms");
});

test("a node that does not stop is killed, and that is an error", async () => {
  const cluster = await misbehaving("stubborn");
  const { pid } = await cluster.node(1).start();
  await expect(cluster.node(1).stop(200)).rejects.toThrow("did not stop within 200 ms");
  expect(alive(pid)).toBe(false);
});

test("a crash is noticed without asking", async () => {
  const cluster = await create(1);
  const { pid } = await cluster.node(1).start();
  const exited = cluster.node(1).exited;
  process.kill(pid, "SIGKILL");
  expect(await exited).toEqual({ code: null, signal: "SIGKILL" });
  await waitFor(() => !cluster.node(1).running, { what: "the harness notices" });
});

test.each(["stay", "leave"])("no child is left when the parent is gone (%s)", async (how) => {
  const script = fileURLToPath(new URL("./testing/parent.ts", import.meta.url));
  const parent = spawn(process.execPath, [script, mkdtempSync(join(root, "p")), how], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const gone = once(parent, "exit");
  const [line] = (await once(parent.stdout.setEncoding("utf8"), "data")) as [string];
  const pid = Number(line);
  if (how === "stay") {
    expect(alive(pid)).toBe(true);
    parent.kill("SIGKILL");
  }
  await gone;
  await waitFor(() => !alive(pid), { what: `process ${pid} is gone` });
});

test.skipIf(!hasStrace())("a traced node is stopped with its tracer", async () => {
  await using cluster = await create(1);
  const { pid } = await cluster.node(1).start({ wrap: ["strace", "-qq", "-f", "-o", "/dev/null"] });
  expect(alive(pid)).toBe(true);
  await cluster.node(1).kill();
  await waitFor(() => !alive(pid), { what: `process ${pid} is gone` });
});
