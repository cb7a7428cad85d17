import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync } from "node:fs";
import { expect, test } from "vitest";
import { inProcess, jarvisctl, program } from "./testing/run.ts";

test("--version", async () => {
  expect(await jarvisctl("--version")).toEqual({
    code: 0,
    out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    err: "",
  });
});

test.each([[["ca", "init"]], [["node", "issue"]], [["status"]], [["digest"]]])(
  "%j explains itself with examples",
  async (command) => {
    const { code, out, err } = await inProcess(...command, "--help");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain(`Usage: jarvisctl ${command.join(" ")} [options]`);
    expect(out).toContain(`\nExamples:\n  jarvisctl ${command.join(" ")} --`);
  },
);

test.each([
  [[], "Usage: jarvisctl"],
  [["ca"], "Usage: jarvisctl ca"],
  [["frobnicate"], "jarvisctl: unknown command 'frobnicate'"],
  [["status", "--frobnicate"], "unknown option '--frobnicate'"],
  [["status", "extra", "--node", "http://127.0.0.1:8889"], "too many arguments"],
  [["status"], "name the node"],
  [["status", "--node", "ftp://x"], "is no URL of a node"],
  [["status", "--node", "http://user:secret@x"], "is no URL of a node"],
  [["status", "--token-file", "x"], "--token-file needs --node"],
  [["status", "--node", "http://x", "--config", "y"], "give either --config"],
  [["ca", "init"], "required option '--out <dir>' not specified"],
  [["ca", "init", "--out", "x", "--cluster", "Not valid"], "Allowed: 1 to 63 of a-z"],
  [
    ["node", "issue", "--ca", "x", "--name", "a", "--role", "king", "--out", "y"],
    "Allowed choices are reader",
  ],
  [["migrate"], "Usage: jarvisctl migrate"],
  [["migrate", "apply"], "name the archive: --archive FILE"],
  [["migrate", "plan", "--archive", "x", "--batch-size", "0"], "Allowed: an integer from 1 to 10000"],
  [["migrate", "plan", "--archive", "x", "--now"], "unknown option '--now'"],
  [["digest", "--compare", "http://127.0.0.1:1234"], "comparing needs two nodes"],
])("%j is asked wrongly, exit 2", async (args, sentence) => {
  const { code, out, err } = await inProcess(...args);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toContain(sentence);
  expect(err).not.toMatch(/^ {4}at /m);
});

test("the program itself ends with the code", async () => {
  const { code, out, err } = await jarvisctl("status", "--frobnicate");
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toContain("unknown option");
});

test("programs are told as JSON how they asked wrongly", async () => {
  const { code, out } = await inProcess("status", "--frobnicate", "--json");
  expect({ code, ...JSON.parse(out) }).toEqual({
    code: 2,
    error: { code: "usage", message: "unknown option '--frobnicate'" },
  });
});

test("who stops reading breaks nothing", async () => {
  const child = spawn(process.execPath, ["-C", "source", program, "completion", "bash"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.destroy();
  let err = "";
  child.stderr.on("data", (chunk) => {
    err += chunk;
  });
  expect([await once(child, "close"), err]).toEqual([[0, null], ""]);
});

test.runIf(existsSync("/dev/full"))("where the output finds no room, that is one sentence and exit 1", () => {
  const full = openSync("/dev/full", "w");
  const args = ["-C", "source", program, "completion", "bash"];
  const { status, stderr } = spawnSync(process.execPath, args, {
    stdio: ["ignore", full, "pipe"],
    encoding: "utf8",
  });
  closeSync(full);
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: "jarvisctl: the output cannot be written (ENOSPC)\n",
  });
});

test("loads no SQLite and no keys to speak with a node", () => {
  const script = `
    import { registerHooks } from "node:module";
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    const { runCli } = await import(${JSON.stringify(new URL("./cli.ts", import.meta.url))});
    await runCli(["status", "--help"]);
    console.error(JSON.stringify(loaded));`;
  const args = ["-C", "source", "--input-type=module", "-e", script];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect(stdout).toContain("Usage: jarvisctl status");
  const loaded = JSON.parse(stderr) as string[];
  expect(loaded.filter((url) => url.includes("/commands/status.ts"))).toHaveLength(1);
  expect(loaded.filter((url) => /sqlite|sodium|commands\/(doctor|migrate)/.test(url))).toEqual([]);
});
