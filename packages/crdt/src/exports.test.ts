import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import * as crdt from "./index.ts";

const types = readdirSync(new URL("containers", import.meta.url))
  .filter((file) => !file.endsWith(".test.ts"))
  .map((file) => file.replace(".ts", ""));

test("there are sixteen types", () => {
  expect(types.length).toBe(16);
});

test.each(types)("%s can be imported alone, and is one class of the whole", async (type) => {
  const alone = (await import(`@jarvis-crdt/crdt/${type}`)) as Record<string, unknown>;
  const [name] = Object.keys(alone) as [string];
  expect(Object.keys(alone)).toEqual([name]);
  expect(name.toLowerCase()).toBe(type.replaceAll("-", ""));
  expect(alone[name]).toBe((crdt as Record<string, unknown>)[name]);
});
