import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { stripTypeScriptTypes } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

// The package as it is published, in a page of headless Chromium: golden files, laws. Its modules are loaded one by one, as
// they are; nothing bundles or polyfills them.

const root = fileURLToPath(new URL("..", import.meta.url));
const hasChromium = spawnSync("chromium", ["--version"]).status === 0;

const page = `<!doctype html>
<script type="importmap">
{"imports": {
  "@jarvis-crdt/crdt": "/dist/index.js",
  "@jarvis-crdt/crdt/laws": "/dist/laws.js",
  "@jarvis-crdt/crdt/snapshot": "/dist/snapshot/snapshot.js"
}}
</script>
<script type="module">
const report = (body) => fetch("/report", { method: "POST", body: JSON.stringify(body) });
addEventListener("error", (event) => report({ problems: [String(event.message)] }));
try {
  const [{ check }, ...files] = await Promise.all([
    import("/src/testing/browser-checks.ts"),
    ...["operations", "types", "snapshots"].map((name) => fetch("/vectors/" + name + ".vectors.json").then((answer) => answer.json())),
  ]);
  await report(check({ operations: files[0], types: files[1], snapshots: files[2] }));
} catch (error) {
  await report({ problems: [String(error)] });
}
</script>`;

interface Report {
  readonly checked?: number;
  readonly problems: readonly string[];
}

/** Serves the package's own files, sources without their types, and resolves with what the page reports. */
function serve(): { readonly server: Server; readonly report: Promise<Report> } {
  let done: (report: Report) => void = () => {};
  const report = new Promise<Report>((resolve) => {
    done = resolve;
  });
  const server = createServer((request, response) => {
    const path = request.url ?? "/";
    if (path === "/report") {
      let body = "";
      request.on("data", (chunk) => {
        body += chunk;
      });
      request.on("end", () => {
        response.end();
        done(JSON.parse(body) as Report);
      });
      return;
    }
    const file = join(root, path);
    const isOurs = /^\/(dist|src|vectors)\/[\w/.-]+\.(js|ts|json)$/.test(path) && !path.includes("..");
    if (path !== "/" && !(isOurs && existsSync(file))) {
      response.writeHead(404).end();
      return;
    }
    const type = path === "/" ? "text/html" : path.endsWith(".json") ? "application/json" : "text/javascript";
    response.setHeader("content-type", `${type}; charset=utf-8`);
    const text = path === "/" ? page : readFileSync(file, "utf8");
    response.end(path.endsWith(".ts") ? stripTypeScriptTypes(text) : text);
  });
  return { server, report };
}

function browse(url: string, profile: string): ChildProcess {
  const flags = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
  ];
  return spawn("chromium", [...flags, `--user-data-dir=${profile}`, url], {
    stdio: "ignore",
    detached: true,
  });
}

test("where tests must not be passed over, there is a browser", () => {
  if (process.env.CI !== undefined) expect(hasChromium, "apt-get install chromium").toBe(true);
});

test.skipIf(!hasChromium)(
  "golden files and laws hold in a browser (needs chromium)",
  { timeout: 120_000 },
  async () => {
    const profile = mkdtempSync(join(tmpdir(), "crdt-browser-"));
    const { server, report } = serve();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const browser = browse(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, profile);
    try {
      const ended = once(browser, "exit").then(
        ([code]): Report => ({ problems: [`chromium ended with ${code}`] }),
      );
      const { checked, problems } = await Promise.race([report, ended]);
      expect(problems).toEqual([]);
      expect(checked).toBeGreaterThan(800);
    } finally {
      // Its processes are one group, since it leads one.
      const gone = browser.exitCode === null ? once(browser, "exit") : undefined;
      if (gone !== undefined) process.kill(-browser.pid!, "SIGKILL");
      await gone;
      server.closeAllConnections();
      server.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 20 });
    }
  },
);
