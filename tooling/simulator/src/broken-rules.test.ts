import { Session } from "@jarvis-crdt/sync";
import { afterEach, expect, test, vi } from "vitest";
import { MemoryCells } from "../../../packages/store/src/memory/memory-cells.ts";
import { MemoryDisk } from "./memory-disk.ts";
import { run } from "./run.ts";
import { scenarios } from "./scenarios.ts";
import { emptyTally, soak } from "./soak.ts";
import { readTrace, traceText } from "./trace.ts";

// A simulator that cannot fail shows nothing: each test breaks a rule of the shipped code and expects to be told.

afterEach(() => vi.restoreAllMocks());

/** The first failure of a scenario from a seed on, shrunk. */
async function found(name: string, first: number) {
  const chosen = scenarios.filter((scenario) => scenario.name === name);
  const tally = emptyTally();
  await soak(
    {
      scenarios: chosen,
      first,
      seeds: 20,
      nodes: undefined,
      crypto: "cheap",
      store: "memory",
      isOver: () => tally.failures.length > 0,
    },
    tally,
  );
  const [failure] = tally.failures;
  expect(failure, "the broken rule was not noticed").toBeDefined();
  return failure!;
}

test("a session that passes over a batch", async () => {
  const { receive } = Session.prototype;
  vi.spyOn(Session.prototype, "receive").mockImplementation(function (this: Session, message) {
    const actions = receive.call(this, message);
    const isSkipped = message.type === "batch" && message.envelope.header.at(-1)! % 8 === 0;
    return isSkipped ? actions.filter(({ type }) => type !== "deliver") : actions;
  });
  const { shrunk } = await found("calm", 4);
  expect(shrunk.plan.steps.length).toBeLessThanOrEqual(3);
});

test("a store that forgets what was named before it came", async () => {
  vi.spyOn(MemoryCells.prototype, "defer").mockImplementation(() => undefined);
  const { shrunk, seed, steps } = await found("partition", 8);
  expect(["resurrected", "convergence", "state-follows-from-operations"]).toContain(
    shrunk.violation.invariant,
  );
  expect(shrunk.plan.steps.length).toBeLessThan(steps / 3);
  const trace = { format: "jarvis-crdt simulation 1", seed, crypto: "cheap", store: "memory" } as const;
  const again = readTrace(traceText({ ...trace, violation: shrunk.violation, plan: shrunk.plan }));
  expect((await run(again.plan, { seed: again.seed })).violation).toEqual(shrunk.violation);
});

test("a disk that was told to sync and did not", async () => {
  vi.spyOn(MemoryDisk.prototype, "sync").mockImplementation(() => undefined);
  const { shrunk } = await found("crash", 6);
  expect(shrunk.violation.invariant).toBe("acknowledged-write-lost");
});
