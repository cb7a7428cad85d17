import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { run } from "./run.ts";
import { readTrace } from "./trace.ts";

const folder = new URL("../traces/", import.meta.url);

test.each(readdirSync(folder))("%s, which broke an invariant once, holds", async (name) => {
  const { seed, crypto, store, plan } = readTrace(readFileSync(new URL(name, folder), "utf8"));
  expect((await run(plan, { seed, crypto, store })).violation).toBeUndefined();
});
