import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const program = fileURLToPath(new URL("testing/fake-jarvisd.ts", import.meta.url));
const execArgv = ["-C", "source"];

let folder: string;
let running: ChildProcess[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "jarvisd-"));
  running = [];
});
afterEach(() => {
  for (const child of running)
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

interface Run {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  /** Exit code, or the signal that ended it. */
  readonly end: Promise<number | string>;
}

function observe(child: ChildProcess): Run {
  running.push(child);
  let out = "";
  let err = "";
  child.stdout?.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    err += chunk;
  });
  // Not "close": with an IPC channel that the parent disconnected it does not come.
  const end = Promise.all([once(child, "exit"), once(child.stdout!, "end"), once(child.stderr!, "end")]).then(
    ([[code, signal]]) => (code ?? signal) as number | string,
  );
  return { child, out: () => out, err: () => err, end };
}

function start(args: readonly string[], fake = ""): Run {
  const env = { ...process.env, FAKE: fake };
  return observe(
    spawn(process.execPath, [...execArgv, program, ...args], { env, stdio: ["ignore", "pipe", "pipe"] }),
  );
}

function configured(text = "http: {port: 0}"): string[] {
  const file = join(folder, "config.yaml");
  writeFileSync(file, text);
  return ["--config", file];
}

async function ready(run: Run): Promise<Record<string, unknown>> {
  while (!run.out().includes("\n")) {
    const ended = await Promise.race([once(run.child.stdout!, "data"), run.end]);
    if (!Array.isArray(ended)) throw new Error(`ended with ${ended}: ${run.err()}`);
  }
  return JSON.parse(run.out()) as Record<string, unknown>;
}

test("one ready line alone on standard output, logs as JSON on standard error, a clean stop on SIGTERM", async () => {
  const run = start(configured());
  const line = await ready(run);
  expect(line).toEqual({
    event: "ready",
    node: expect.stringMatching(/^[0-9a-f-]{36}$/),
    pid: run.child.pid,
    http: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    peer: "127.0.0.1:4242",
  });
  expect(readFileSync(join(folder, "data/jarvisd.pid"), "utf8")).toBe(`${run.child.pid}\n`);
  expect(readFileSync(join(folder, "data/http.address"), "utf8")).toBe(`${line.http}\n`);
  const token = readFileSync(join(folder, "data/http.token"), "utf8").trim();
  const answer = await fetch(`${line.http}/v1/status`, { headers: { authorization: `Bearer ${token}` } });
  expect(answer.status).toBe(200);

  run.child.kill("SIGTERM");
  expect(await run.end).toBe(0);
  expect(run.out().trim().split("\n")).toHaveLength(1);
  const logged = run
    .err()
    .trim()
    .split("\n")
    .map((one) => JSON.parse(one) as { msg: string });
  expect(logged.map((one) => one.msg)).toEqual(
    expect.arrayContaining(["ready", "stopping", "fake node closed", "stopped"]),
  );
  expect(existsSync(join(folder, "data/http.address"))).toBe(false);
  expect(existsSync(join(folder, "data/jarvisd.pid"))).toBe(false);
});

test("the log level holds", async () => {
  const run = start(configured("http: {port: 0}\ndebugging: {log_level: ERROR}"));
  await ready(run);
  run.child.kill("SIGINT");
  expect(await run.end).toBe(0);
  expect(run.err()).toBe("");
});

test("a second signal ends at once what does not stop", async () => {
  const run = start(configured(), "hangs");
  await ready(run);
  run.child.kill("SIGINT");
  while (!run.err().includes("stopping")) await once(run.child.stderr!, "data");
  run.child.kill("SIGINT");
  expect(await run.end).toBe(130);
});

test("it ends when the parent that holds its IPC channel goes away", async () => {
  const run = observe(
    fork(program, configured(), { execArgv, env: { ...process.env, FAKE: "" }, silent: true }),
  );
  await ready(run);
  run.child.disconnect();
  expect(await run.end).toBe(0);
  expect(run.err()).toContain("parent gone");
});

test("it ends also when that parent was gone before it looked", async () => {
  const run = observe(
    fork(program, configured(), { execArgv, env: { ...process.env, FAKE: "" }, silent: true }),
  );
  run.child.disconnect();
  expect(await run.end).toBe(0);
  expect(run.err()).toContain("parent gone");
});

test("what the outside caused is one sentence without a stack, exit 1", async () => {
  const run = start(configured(), "refuses");
  expect(await run.end).toBe(1);
  expect(run.out()).toBe("");
  expect(JSON.parse(run.err())).toMatchObject({
    code: "key-exposed",
    msg: "node.key can be read by others; run: chmod 600 node.key",
  });
});

test.each(["bug", "crashes"])("a bug (%s) is one log line with its stack, exit 1", async (fake) => {
  const run = start(configured(), fake);
  expect(await run.end).toBe(1);
  expect(JSON.parse(run.err().trim().split("\n").at(-1)!)).toMatchObject({
    level: 60,
    err: { type: "TypeError", stack: expect.stringContaining("fake-jarvisd") },
  });
});

test("a port in use is named with the remedy, and the node is closed again", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const run = start(configured(`http: {port: ${port}}`));
  expect(await run.end).toBe(1);
  server.close();
  expect(run.err()).toMatch(new RegExp(`127\\.0\\.0\\.1:${port} \\(EADDRINUSE\\); choose another`));
  expect(run.err()).toContain("fake node closed");
  expect(existsSync(join(folder, "data/jarvisd.pid"))).toBe(false);
});

test("a bad configuration is told in full, exit 2", async () => {
  const run = start(configured("network: {port: x}\nstorage: {backend: mongodb}"));
  expect(await run.end).toBe(2);
  expect(run.out()).toBe("");
  expect(run.err()).toMatch(
    /^jarvisd: .*config\.yaml has 2 mistakes:\n {2}line 1: network\.port: .*\n {2}line 2: storage/,
  );
  expect(existsSync(join(folder, "data"))).toBe(false);
});

test("enabled: false runs nothing", async () => {
  const run = start(configured("enabled: false"));
  expect(await run.end).toBe(0);
  expect(run.out()).toBe("");
});
