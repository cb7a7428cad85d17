// The whole check of the repository: build, types, lint, walls, manifests, tests. Its last line counts all of them.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
const failures: string[] = [];

function check(name: string, command: string, ...args: string[]): boolean {
  const started = Date.now();
  const run = spawnSync(command, args, { encoding: "utf8", env: { ...process.env, FORCE_COLOR: "0" } });
  const passed = run.status === 0;
  tally[passed ? "passed" : "failed"]++;
  console.log(`${passed ? "ok  " : "FAIL"} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  if (!passed) {
    failures.push(name);
    console.log(`${run.stdout ?? ""}${run.stderr ?? ""}${run.error ?? ""}`);
  }
  return passed;
}

function tests(): void {
  const folder = mkdtempSync(join(tmpdir(), "jarvis-crdt-test-"));
  const report = join(folder, "report.json");
  const run = spawnSync(
    "vitest",
    ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`, ...process.argv.slice(2)],
    { stdio: "inherit" },
  );
  try {
    const result = JSON.parse(readFileSync(report, "utf8"));
    tally.passed += result.numPassedTests;
    tally.failed += result.numFailedTests;
    tally.skipped += result.numPendingTests + (result.numTodoTests ?? 0);
    // A suite that cannot even be loaded has no failed test.
    const broken = result.testResults.filter(
      (suite: { status: string; assertionResults: { status: string }[] }) =>
        suite.status === "failed" && !suite.assertionResults.some((test) => test.status === "failed"),
    ).length;
    tally.failed += broken;
    if (run.status !== 0 && result.numFailedTests + broken === 0) tally.failed++;
  } catch (error) {
    tally.failed++;
    console.log(`FAIL vitest wrote no report: ${error}`);
  }
  if (run.status !== 0) failures.push("tests");
  rmSync(folder, { recursive: true, force: true });
}

const built = check("build", "turbo", "run", "build", "--output-logs=errors-only");
check("types", "tsc", "-p", "tsconfig.json");
check("lint and format", "biome", "ci", ".");
check("walls between packages", process.execPath, "scripts/rings.ts");
check("unused code and dependencies", "knip");
if (built) check("manifests", process.execPath, "scripts/manifests.ts");
if (built) tests();

if (failures.length > 0) console.log(`failed: ${failures.join(", ")}`);
console.log(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`);
process.exitCode = tally.failed > 0 ? 1 : 0;
