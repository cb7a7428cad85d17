import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source"] } },
  test: {
    include: [
      "packages/*/src/**/*.test.ts",
      "apps/*/src/**/*.test.ts",
      "tooling/*/src/**/*.test.ts",
      "scripts/**/*.test.ts",
    ],
    pool: "forks",
    // Tests of whole nodes wait more than they compute: no processor is to be left to the runner alone.
    maxWorkers: "100%",
    // Threads that tests start run sources too.
    execArgv: ["--conditions=source"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
