// The long campaigns: a store and whole nodes killed at a thousand instants, by other seeds each time. `pnpm soak [SEED]`.
import { spawnSync } from "node:child_process";

interface Campaign {
  readonly file: string;
  readonly runs: number;
  readonly env: Readonly<Record<string, string>>;
}

const first = Number(process.argv[2] ?? Date.now() % 100_000);
if (!Number.isSafeInteger(first)) {
  console.error(`${process.argv[2]} is no seed; give a whole number`);
  process.exit(2);
}

const campaigns: readonly Campaign[] = [
  { file: "tooling/e2e/src/store-faults.test.ts", runs: 10, env: { E2E_STORE_FAULTS: "100" } },
  { file: "tooling/e2e/src/kills.test.ts", runs: 2, env: { E2E_KILLS: "100" } },
];

for (const { file, runs, env } of campaigns) {
  for (let run = 0; run < runs; run++) {
    const seed = first + run;
    console.log(`${file}, seed ${seed}`);
    const { status } = spawnSync("vitest", ["run", file], {
      stdio: "inherit",
      env: { ...process.env, ...env, E2E_SEED: String(seed) },
    });
    if (status === 0) continue;
    console.error(`failed; again with: E2E_SEED=${seed} ${keysOf(env)} vitest run ${file}`);
    process.exit(1);
  }
}

function keysOf(env: Readonly<Record<string, string>>): string {
  return Object.entries(env)
    .map(([key, value]) => `${key}=${value}`)
    .join(" ");
}
