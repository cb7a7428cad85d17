import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Random } from "@jarvis-crdt/fixtures";
import { waitFor } from "@jarvis-crdt/harness";
import { afterAll, describe, test } from "vitest";
import { knobs } from "./kit/knobs.ts";
import { processesNaming } from "./kit/processes.ts";
import { scratch } from "./kit/scratch.ts";

const workspace = fileURLToPath(new URL("../../../", import.meta.url));
const folder = scratch("start");
afterAll(() => folder.remove());

/** A run of the start command as a user begins it, with a temporary folder of its own. */
class Run {
  readonly pid: number;
  readonly temporary: string;
  readonly lines: string[] = [];
  readonly exit: Promise<number | null>;

  constructor(name: string, ...args: readonly string[]) {
    this.temporary = join(folder.path, `${name}-tmp`);
    mkdirSync(this.temporary);
    const child = spawn(process.execPath, ["scripts/start.ts", ...args], {
      cwd: workspace,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        TMPDIR: this.temporary,
        PATH: `${join(workspace, "node_modules/.bin")}${delimiter}${process.env.PATH}`,
      },
    });
    this.pid = child.pid!;
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on("line", (line) => this.lines.push(line));
    this.exit = once(child, "close").then(([code]) => code as number | null);
  }

  async said(text: string): Promise<void> {
    const ended = this.exit.then((code) => {
      throw new Error(`ended with ${code} before "${text}":\n${this.lines.join("\n")}`);
    });
    ended.catch(() => undefined);
    const said = () => this.lines.some((line) => line.includes(text));
    await Promise.race([waitFor(said, { what: `"${text}"`, timeoutMs: 60_000 }), ended]);
  }
}

const moments = ["Laying out", "Generating and adopting", "Starting", "Replicating", "Cutting", "Writing"];
const signals = ["SIGINT", "SIGTERM", "SIGKILL"] as const;

const random = new Random(knobs.seed);
const interruptions = Array.from({ length: knobs.interruptions }, (_, n) => ({
  n,
  signal: signals[n % signals.length]!,
  moment: random.pick(moments),
  named: random.chance(0.5),
}));

describe.concurrent("interrupted", { timeout: 120_000 }, () => {
  test.for(interruptions)(
    "by $signal at '$moment' (--data: $named)",
    async ({ n, signal, moment, named }, { expect }) => {
      const data = join(folder.path, `data-${n}`);
      const run = new Run(
        `${n}`,
        "--once",
        "--nodes",
        "2",
        "--rows",
        "50",
        ...(named ? ["--data", data] : []),
      );
      await run.said(moment);
      // Ctrl-C reaches the whole group, other signals the one process that was told.
      process.kill(signal === "SIGINT" ? -run.pid : run.pid, signal);
      expect(await run.exit).not.toBe(0);
      const mine = named ? data : run.temporary;
      await waitFor(() => processesNaming(mine).length === 0, { what: "all processes are gone" });
      const left = () => (existsSync(mine) ? readdirSync(mine) : []);
      // Whoever was killed could not tidy up; the others may not have left anything half done.
      if (signal !== "SIGKILL") expect(left()).toEqual([]);
    },
  );
});

describe.concurrent("not interrupted", { timeout: 120_000 }, () => {
  test("it converges, says so, and leaves no process", async ({ expect }) => {
    const data = join(folder.path, "whole");
    const run = new Run("whole", "--once", "--nodes", "2", "--rows", "50", "--data", data);
    expect(await run.exit, run.lines.join("\n")).toBe(0);
    expect(JSON.parse(readFileSync(join(data, "report.json"), "utf8"))).toMatchObject({ converged: true });
    expect(processesNaming(data)).toEqual([]);
  });

  test("wrong arguments are told and change nothing", async ({ expect }) => {
    const foreign = join(folder.path, "foreign");
    mkdirSync(foreign);
    writeFileSync(join(foreign, "mine.txt"), "not yours");
    const runs = [
      new Run("unknown", "--bogus"),
      new Run("few", "--nodes", "1"),
      new Run("foreign", "--data", foreign),
    ];
    expect(await Promise.all(runs.map(({ exit }) => exit))).toEqual([2, 2, 2]);
    expect(runs[1]?.lines.join("\n")).toContain("--nodes wants a whole number from 2 to 16");
    expect(readdirSync(foreign)).toEqual(["mine.txt"]);
    for (const { temporary } of runs) expect(readdirSync(temporary)).toEqual([]);
  });
});
