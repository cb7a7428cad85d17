// The long campaigns: a store and whole nodes killed at a thousand instants, a million histories of the types, by other seeds each time. `pnpm soak [SEED]`.
import { spawnSync } from "node:child_process";

interface Campaign {
  readonly file: string;
  readonly runs: number;
  readonly env: Readonly<Record<string, string>>;
  /** The variable that chooses other histories. */
  readonly seed: string;
}

const first = Number(process.argv[2] ?? Date.now() % 100_000);
if (!Number.isSafeInteger(first)) {
  console.error(`${process.argv[2]} is no seed; give a whole number`);
  process.exit(2);
}

const campaigns: readonly Campaign[] = [
  {
    file: "tooling/e2e/src/store-faults.test.ts",
    runs: 10,
    env: { E2E_STORE_FAULTS: "100" },
    seed: "E2E_SEED",
  },
  {
    file: "tooling/e2e/src/power-loss.test.ts",
    runs: 5,
    env: { E2E_POWER_LOSSES: "200" },
    seed: "E2E_SEED",
  },
  {
    file: "tooling/e2e/src/node-power-loss.test.ts",
    runs: 2,
    env: { E2E_NODE_LOSSES: "50" },
    seed: "E2E_SEED",
  },
  { file: "tooling/e2e/src/kills.test.ts", runs: 2, env: { E2E_KILLS: "100" }, seed: "E2E_SEED" },
  // Sixteen types, a history in each of 1.5 × TYPE_RUNS tests: a million in all, some five minutes on two idle cores.
  { file: "packages/crdt/src/", runs: 1, env: { TYPE_RUNS: "42000" }, seed: "TYPE_SEED" },
  { file: "packages/crdt/src/snapshot", runs: 1, env: { SNAPSHOT_RUNS: "2000" }, seed: "TYPE_SEED" },
  {
    file: "packages/replica/src/objects/model.test.ts",
    runs: 1,
    env: { OBJECT_RUNS: "200" },
    seed: "TYPE_SEED",
  },
];

for (const { file, runs, env, seed: variable } of campaigns) {
  for (let run = 0; run < runs; run++) {
    const seed = first + run;
    console.log(`${file}, seed ${seed}`);
    const { status } = spawnSync("vitest", ["run", file], {
      stdio: "inherit",
      env: { ...process.env, ...env, [variable]: String(seed) },
    });
    if (status === 0) continue;
    console.error(`failed; again with: ${variable}=${seed} ${keysOf(env)} vitest run ${file}`);
    process.exit(1);
  }
}

function keysOf(env: Readonly<Record<string, string>>): string {
  return Object.entries(env)
    .map(([key, value]) => `${key}=${value}`)
    .join(" ");
}
