import { readFileSync } from "node:fs";
import type { LogId } from "@jarvis-crdt/crdt";
import { expect, test } from "vitest";
import { World } from "./testing/world.ts";

test("the example in the README is this one, and does what it says", async () => {
  const source = readFileSync(new URL(import.meta.url), "utf8");
  const code = /README begins\n([\s\S]*?) *\/\/ README ends/.exec(source)![1]!.replaceAll(/^ {2}/gm, "");
  expect(readFileSync(new URL("../README.md", import.meta.url), "utf8")).toContain(code);

  const world = new World();
  const { replica: home } = await world.add();
  const { replica: server } = await world.add();
  const seen: LogId[] = [];
  // README begins
  const stop = home.subscribe((change) => seen.push(...change.keys()));
  await home.connectTo(server.node);
  await Promise.all([home.incrementCounter("runs", 2), home.incrementCounter("runs")]); // one operation
  await server.incrementCounter("runs", 10);
  await home.syncWith(server.node); // each has stored durably what the other had
  const runs = await home.getCounterValue("runs");
  const [peer] = home.peers(); // since when, what it lacks, what is lacked of it, and why
  home.disconnectFrom(server.node);
  stop();
  // README ends
  expect(runs).toBe(13);
  expect(peer).toMatchObject({ node: server.node, synced: true, lagOperations: 0 });
  expect(new Set(seen).size).toBe(2);
  const { operations } = await world.members[0]!.store.counts();
  expect(operations).toBe(2);
});
