import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fakePeer } from "../../../node/src/testing/fake-node.ts";
import { fakeHttp, token } from "../../../node/src/testing/http.ts";
import { inProcess as jarvisctl } from "../testing/run.ts";

let folder: string;
let tokenFile: string;
let nodes: Awaited<ReturnType<typeof fakeHttp>>[];
let urls: string[];
let stranger: Server;
let strangerUrl: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "jarvisctl-nodes-"));
  tokenFile = join(folder, "token");
  writeFileSync(tokenFile, `${token}\n`);
  nodes = await Promise.all([fakeHttp(), fakeHttp()]);
  urls = await Promise.all(nodes.map(({ app }) => app.listen({ host: "127.0.0.1", port: 0 })));
  stranger = createServer((_request, response) => response.end("<html>hello"));
  await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
  strangerUrl = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await Promise.all(nodes.map(({ app }) => app.close()));
  stranger.close();
  rmSync(folder, { recursive: true });
});

test("status, for people and for programs", async () => {
  const plain = await jarvisctl("status", "--node", urls[0]!, "--token-file", tokenFile);
  expect(plain).toMatchObject({ code: 0, err: "" });
  expect(plain.out).toMatch(/^cluster +test$/m);
  expect(plain.out).toMatch(
    /^old history +goes by itself; waits for 1 member, 88888888 was last heard of \d+ d ago$/m,
  );
  expect(plain.out).toContain(`${fakePeer}\t127.0.0.1:1\tconnected\t0\t-\t-`);
  expect(plain.out).not.toContain("\u001b");

  const json = await jarvisctl("status", "--node", `${urls[0]}/`, "--token-file", tokenFile, "--json");
  expect(json.code).toBe(0);
  expect(JSON.parse(json.out)).toMatchObject({
    cluster: "test",
    counts: { quarantined: 0 },
    peers: [{ node: fakePeer }],
  });
});

test("why tells each cause in a sentence, and by its exit code whether there is any", async () => {
  const why = (...args: string[]) => jarvisctl("why", ...args, "--node", urls[0]!, "--token-file", tokenFile);
  expect(await why()).toEqual({
    code: 0,
    out: "Everything is in sync.\nThis node knows no peer.\n",
    err: "",
  });
  expect(await why(fakePeer)).toMatchObject({ code: 1, out: "It cannot be reached.\n", err: "" });
  const json = await why(fakePeer, "--json");
  expect(json.code).toBe(1);
  expect(JSON.parse(json.out)).toMatchObject({ synced: false, causes: [{ code: "peer-unreachable" }] });
  expect(await why("nobody")).toMatchObject({ code: 1, out: "" });
  expect(await why("a", "b")).toMatchObject({ code: 2 });
});

test("sync has both sides store what the other has, with one peer or with all", async () => {
  const sync = (...args: string[]) =>
    jarvisctl("sync", ...args, "--node", urls[0]!, "--token-file", tokenFile);
  const said = `${fakePeer}: 3 operations sent, 4 received\n`;
  expect(await sync()).toEqual({ code: 0, out: said, err: "" });
  expect(await sync(fakePeer)).toEqual({ code: 0, out: said, err: "" });
  expect(JSON.parse((await sync("--json")).out)).toEqual({
    peers: [{ peer: fakePeer, sent: 3, received: 4 }],
  });
  for (const name of ["server", "127.0.0.1:1", fakePeer.toUpperCase()])
    expect((await sync(name)).code, name).toBe(0);
  for (const name of ["../reload", "nobody", fakePeer.slice(0, 8)])
    expect(await sync(name)).toMatchObject({
      code: 1,
      out: "",
      err: `jarvisctl: ${name} is the node id, name or address of no peer: jarvisctl status lists them\n`,
    });
});

test("brings back what the assistant deleted", async () => {
  const reconcile = (...args: string[]) =>
    jarvisctl("archive", "reconcile", "--node", urls[0]!, "--token-file", tokenFile, ...args);
  expect((await reconcile()).out).toContain("4 rows are unknown to the log");
  expect(await reconcile("--adopt")).toMatchObject({ code: 2, err: expect.stringContaining("--yes") });
  expect((await reconcile("--adopt", "--yes")).out).toContain("4 rows are being adopted");
  const unevict = (...args: string[]) =>
    jarvisctl("archive", "unevict", "--node", urls[0]!, "--token-file", tokenFile, ...args);
  expect(await unevict()).toMatchObject({ code: 0, out: "2 rows come back.\n", err: "" });
  expect(JSON.parse((await unevict("--table", "archive_entries", "--json")).out)).toEqual({ rows: 1 });
  const uid = "01".repeat(16);
  expect((await unevict("--uid", uid, uid, "--uid", "02".repeat(16))).out).toBe("3 rows come back.\n");
  expect(await unevict("--uid", "x")).toMatchObject({ code: 2, out: "" });
});

test("digest by URL and by configuration file", async () => {
  mkdirSync(join(folder, "n/data"), { recursive: true });
  writeFileSync(join(folder, "n/data/http.token"), token);
  const config = join(folder, "n/config.yaml");
  writeFileSync(config, `http: {port: ${new URL(urls[0]!).port}}`);
  const byUrl = await jarvisctl("digest", "--node", urls[0]!, "--token-file", tokenFile, "--json");
  const byConfig = await jarvisctl("digest", "--config", config, "--json");
  expect(JSON.parse(byUrl.out)).toMatchObject({ digest: "07".repeat(32), cells: 3 });
  expect(byConfig).toEqual(byUrl);
  expect((await jarvisctl("digest", "--config", config)).out).toMatch(
    /^digest +(07){32}\nrows +0\ncells +3\n/,
  );
});

test("comparing tells equal, behind and diverged apart", async () => {
  const compare = () => jarvisctl("digest", "--compare", ...urls, "--token-file", tokenFile, "--json");
  const equal = await compare();
  expect(equal.code).toBe(0);
  expect(JSON.parse(equal.out)).toMatchObject({
    verdict: "equal",
    nodes: [{ url: urls[0] }, { url: urls[1] }],
    logs: [],
  });

  const { node } = nodes[1]!;
  const { digest, status } = node;
  const real = await node.digest();
  const other = { ...real, digest: new Uint8Array(32).fill(8) };
  node.digest = async () => other;
  const diverged = await compare();
  expect(diverged.code).toBe(1);
  expect(JSON.parse(diverged.out)).toMatchObject({
    verdict: "diverged",
    logs: [],
    differing: {
      cells: [{ type: "table", object: "archive_entries", key: "01".repeat(16), is: "different" }],
      more: false,
      exchanges: 1,
    },
  });

  const [log] = [...real.frontier.keys()];
  node.digest = async () => ({
    ...other,
    frontier: new Map([[log!, { seq: 5, batch: new Uint8Array(32) }]]),
  });
  const behind = await compare();
  expect(behind.code).toBe(1);
  expect(JSON.parse(behind.out)).toMatchObject({ verdict: "behind", logs: [{ log, seqs: [0, 5] }] });
  expect((await jarvisctl("digest", "--compare", ...urls, "--token-file", tokenFile)).out).toContain(
    "Ask again later",
  );
  Object.assign(node, { digest, status });
});

test.each([
  [
    "a wrong token",
    () => ["--node", urls[0]!, "--token-file", join(folder, "wrong")],
    "does not accept the token",
  ],
  ["no token", () => ["--node", urls[0]!], "does not accept the token"],
  [
    "an absent token",
    () => ["--node", urls[0]!, "--token-file", join(folder, "absent")],
    "cannot be read \\(ENOENT\\)",
  ],
  ["something else", () => ["--node", strangerUrl, "--token-file", tokenFile], "is no jarvisd"],
])("%s is one sentence, exit 1", async (_name, args, sentence) => {
  writeFileSync(join(folder, "wrong"), "x".repeat(32));
  const { code, out, err } = await jarvisctl("status", ...args());
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toMatch(new RegExp(`^jarvisctl: [^\n]*${sentence}[^\n]*\n$`));
});

test("a node that is down is unreachable, also as JSON", async () => {
  const { app } = await fakeHttp();
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  await app.close();
  const { code, out, err } = await jarvisctl("status", "--node", url, "--token-file", tokenFile, "--json");
  expect(code).toBe(1);
  expect(err).toMatch(/cannot be reached \(ECONNREFUSED\); is jarvisd running there\?/);
  expect(JSON.parse(out)).toMatchObject({ error: { code: "unreachable" } });
});

test("where the configuration leaves the port to the system, the node is found by what it wrote", async () => {
  const data = join(folder, "any/data");
  mkdirSync(data, { recursive: true });
  const config = join(folder, "any/config.yaml");
  writeFileSync(config, "http: {port: 0}");
  expect(await jarvisctl("status", "--config", config)).toMatchObject({
    code: 1,
    err: expect.stringMatching(
      /^jarvisctl: jarvisd does not run with .*config\.yaml: .*\(ENOENT\); start it\n$/,
    ),
  });
  writeFileSync(join(data, "http.token"), token);
  writeFileSync(join(data, "http.address"), `${urls[0]}\n`);
  expect((await jarvisctl("status", "--config", config)).out).toMatch(/^cluster +test$/m);
  for (const text of ["", "x", "http://127.0.0.1", "\0"]) {
    writeFileSync(join(data, "http.address"), text);
    expect(await jarvisctl("status", "--config", config), text).toMatchObject({
      code: 1,
      err: expect.stringContaining("holds no address"),
    });
  }
});

test("a configuration that is wrong is asked wrongly", async () => {
  const config = join(folder, "c.yaml");
  writeFileSync(config, "htp: {}\nnetwork: {port: x}");
  const wrong = await jarvisctl("status", "--config", config);
  expect(wrong.code).toBe(2);
  expect(wrong.err).toMatch(/has 2 mistakes:\n {2}line 1: htp: unknown key.*\n {2}line 2: network\.port/);
});
