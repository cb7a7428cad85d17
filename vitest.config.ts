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
    // Threads that tests start run sources too.
    execArgv: ["--conditions=source"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
