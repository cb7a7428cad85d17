import { parseConfiguration } from "@jarvis-crdt/config";
import pino from "pino";
import { expect, test } from "vitest";
import { ReloadableNode } from "./reloadable-node.ts";
import type { ComposedNode } from "./service.ts";
import { FakeNode } from "./testing/fake-node.ts";

const parse = (text: string) => parseConfiguration(text, "/x/config.yaml");

async function start(texts: string[], failAt: (text: string) => boolean = () => false) {
  const made: { node: FakeNode; port: number }[] = [];
  const lost: unknown[] = [];
  const first = texts.shift()!;
  const node = await ReloadableNode.start({
    configuration: parse(first),
    logger: pino({ level: "silent" }),
    compose: async ({ network }): Promise<ComposedNode> => {
      if (failAt(String(network.peers[0])))
        throw Object.assign(new Error("no such port"), { code: "peer-address" });
      const one = new FakeNode();
      made.push({ node: one, port: network.port });
      return one;
    },
    reread: () => parse(texts.shift()!),
    onLost: (error) => lost.push(error),
  });
  return { node, made, lost };
}

test("closes the old node, then runs a new one on the port that peers know", async () => {
  const { node, made } = await start(["network: {port: 0}", "network: {port: 0}"]);
  const reloading = node.reload();
  expect(node.ready).toBe(false);
  expect(() => node.status()).toThrow(expect.objectContaining({ code: "not-ready" }));
  await reloading;
  expect(node.ready).toBe(true);
  expect(made[0]!.node.closed).toBe(true);
  expect(made[1]).toMatchObject({ port: 4242, node: { closed: false } });
});

test("goes on by the old configuration where the new one cannot be used", async () => {
  const { node, made, lost } = await start(
    [
      "network: {peers: [good:1]}",
      "network: {prot: 1}",
      "storage: {path: other.db}",
      "network: {peers: [bad:1]}",
    ],
    (peer) => peer === "bad:1",
  );
  await expect(node.reload()).rejects.toMatchObject({ code: "invalid", message: /unknown key/ });
  await expect(node.reload()).rejects.toMatchObject({ code: "invalid", message: /storage.path/ });
  expect(made).toHaveLength(1);
  await expect(node.reload()).rejects.toMatchObject({ code: "invalid", message: /no such port/ });
  expect(made).toHaveLength(2);
  expect(node.ready).toBe(true);
  expect(lost).toEqual([]);
});

test("says so where there is no node any more", async () => {
  let works = true;
  const { node, lost } = await start(["", ""], () => !works);
  works = false;
  await expect(node.reload()).rejects.toThrow(/no such port/);
  expect(lost).toHaveLength(1);
  expect(node.ready).toBe(false);
});
