import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { Cluster, type ClusterOptions } from "./cluster.ts";
import { fakes } from "./testing/fakes.ts";

test("the example of the README runs", async () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const example = /```ts\nimport .*\n([\s\S]*?)```/.exec(readme)![1]!;
  const dir = mkdtempSync(join(tmpdir(), "harness-readme-"));
  const agreeing = () => ({ debugging: { fake: "agrees" } });
  const library = {
    create: (options: ClusterOptions) => Cluster.create({ ...options, programs: fakes, config: agreeing }),
  };
  const AsyncFunction = (async () => undefined).constructor as new (
    ...args: string[]
  ) => (...args: unknown[]) => Promise<void>;
  const log = vi.fn();
  await new AsyncFunction("Cluster", "dir", "console", example)(library, dir, { log });
  expect(log).toHaveBeenCalledExactlyOnceWith("agreed");
  rmSync(dir, { recursive: true });
});
