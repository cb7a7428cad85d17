import pino from "pino";
import { expect, test } from "vitest";
import { RefusalLog } from "./refusal-log.ts";

test("a flood of refusals is counted rather than logged, each code by itself", () => {
  const lines: { code: string; unlogged?: number }[] = [];
  let now = 1000;
  const logger = pino({ level: "info" }, { write: (line: string) => lines.push(JSON.parse(line)) });
  const log = new RefusalLog(logger, () => now);
  const note = (code: string) => log.note({ code, address: "192.0.2.1:9", reason: undefined }, false);
  for (let i = 0; i < 1000; i++) note("half-open-limit");
  note("cert-expired");
  log.note({ code: "unreachable", address: "192.0.2.1:9", reason: "away" }, true);
  expect(lines.filter(({ code }) => code === "half-open-limit")).toHaveLength(60);
  expect(lines.filter(({ code }) => code === "cert-expired")).toHaveLength(1);
  now += 60_000;
  note("half-open-limit");
  note("half-open-limit");
  expect(lines.slice(-2).map(({ unlogged }) => unlogged)).toEqual([940, undefined]);
  expect(lines.some(({ code }) => code === "unreachable")).toBe(false);
});
