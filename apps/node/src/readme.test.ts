import { readFileSync } from "node:fs";
import { parseConfiguration } from "@jarvis-crdt/config";
import pino from "pino";
import { expect, test } from "vitest";
import { createHttp } from "./index.ts";
import { FakeNode } from "./testing/fake-node.ts";
import { token } from "./testing/http.ts";

test("the example in the README does what it says", async () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const code = /```ts\n(.*?)```/s.exec(readme)![1]!.replace(/^import .*$/gm, "");
  const checked = code.replace(/^([\w.]+); \/\/ (.+)$/gm, "expect($1).toEqual($2);");
  expect(checked.match(/expect\(/g)).toHaveLength(2);
  const AsyncFunction = (async () => {}).constructor as new (
    ...args: string[]
  ) => (...args: unknown[]) => Promise<void>;
  const run = new AsyncFunction(
    "createHttp",
    "parseConfiguration",
    "service",
    "token",
    "logger",
    "expect",
    checked,
  );
  await run(createHttp, parseConfiguration, new FakeNode(), token, pino({ level: "silent" }), expect);
});
