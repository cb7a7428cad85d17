import { expect, test } from "vitest";
import { run } from "./run.ts";
import { scenarios } from "./scenarios.ts";

// Few here; thousands belong to `pnpm sim`.
test.each(scenarios)("$name: $summary", async (scenario) => {
  for (const seed of scenario.name === "everything" ? [1] : [1, 2]) {
    const { violation, acknowledged, connections } = await run(scenario.plan(seed, scenario.nodes), { seed });
    expect(violation, `seed ${seed}`).toBeUndefined();
    expect(acknowledged).toBeGreaterThan(5);
    expect(connections).toBeGreaterThan(2);
  }
});

test("the shipped store on real files, with the cryptography that ships", async () => {
  for (const name of ["crash", "restore"]) {
    const scenario = scenarios.find((one) => one.name === name)!;
    const { violation } = await run(scenario.plan(4, 3), { seed: 4, store: "sqlite", crypto: "real" });
    expect(violation).toBeUndefined();
  }
});

test("a seed determines everything, and another one gives another history", async () => {
  const [scenario] = scenarios;
  const of = async (seed: number) => (await run(scenario!.plan(seed, 4), { seed })).fingerprint;
  expect(await of(5)).toBe(await of(5));
  expect(await of(6)).not.toBe(await of(5));
});
