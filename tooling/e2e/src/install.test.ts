import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

// What somebody has who installs one package from its tarball: no sources, no workspace, no other package of ours but
// those that it names.

const packages = fileURLToPath(new URL("../../../packages/", import.meta.url));
const names = readdirSync(packages);
const scope = "@jarvis-crdt/";

interface Manifest {
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "install-"));
  // One process for all: each takes a second to start.
  execFileSync("pnpm", ["-r", "--filter", "./packages/*", "pack", "--pack-destination", folder], {
    cwd: dirname(packages),
    stdio: "ignore",
  });
  for (const name of names) {
    mkdirSync(unpacked(name), { recursive: true });
    const tarball = join(folder, `jarvis-crdt-${name}-0.1.0.tgz`);
    execFileSync("tar", ["xzf", tarball, "-C", unpacked(name), "--strip-components=1"]);
  }
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true }));

// Their examples take what an application brings; the tests beside them bring it.
const parts = ["replica", "sync", "transport"];
const whole = names.filter((name) => !parts.includes(name));

test.each(whole)("%s, installed alone, runs the example of its README", (name) => {
  const home = install(name);
  const readme = readFileSync(join(home, "node_modules", scope, name, "README.md"), "utf8");
  const [, language, example] = /```(js|ts)\n([\s\S]*?)```/.exec(readme) ?? [];
  expect(run(home, `example.m${language}`, example!)).not.toBe("");
});

test.each(parts)("%s, installed alone, is there without our sources", (name) => {
  const program = `import * as all from "${scope}${name}"; console.log(Object.keys(all).length);`;
  expect(Number(run(install(name), "import.mjs", program))).toBeGreaterThan(0);
});

test.each(names)("%s has what it exports, and nothing but what is used", (name) => {
  const home = install(name);
  const own = join(home, "node_modules", scope, name);
  const files = readdirSync(own, { recursive: true, encoding: "utf8" });
  expect(files.filter((file) => !/^(dist|README\.md|LICENSE|package\.json)/.test(file))).toEqual([]);
  expect(files.filter((file) => /\.(map|tsbuildinfo)$|\.test\./.test(file))).toEqual([]);
  const exported = Object.values(manifestOf(own).exports).flatMap((entry) =>
    typeof entry === "string" ? [] : Object.values(entry as Record<string, string>),
  );
  const present = new Set(files.map((file) => `./${file}`));
  expect(exported.filter((file) => !file.startsWith("./src/") && !present.has(file))).toEqual([]);
});

/** What a program prints under plain node. */
function run(home: string, file: string, program: string): string {
  writeFileSync(join(home, file), program);
  const { stdout, stderr, status } = spawnSync(process.execPath, [file], {
    cwd: home,
    encoding: "utf8",
    env: { ...process.env, NODE_OPTIONS: "--disable-warning=ExperimentalWarning" },
  });
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  return stdout;
}

/** An empty folder in which a package, what of ours it depends on, and other dependencies are installed. */
function install(name: string): string {
  const home = join(folder, `home-${name}`);
  if (existsSync(home)) return home;
  const modules = join(home, "node_modules");
  const waiting = [name];
  for (const one of waiting) {
    const to = join(modules, scope, one);
    cpSync(unpacked(one), to, { recursive: true });
    for (const dependency of Object.keys(manifestOf(to).dependencies ?? {})) {
      const ours = dependency.startsWith(scope) ? dependency.slice(scope.length) : undefined;
      if (ours === undefined)
        link(join(packages, one, "node_modules", dependency), join(modules, dependency));
      else if (!waiting.includes(ours)) waiting.push(ours);
    }
  }
  return home;
}

function link(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  try {
    symlinkSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

function unpacked(name: string): string {
  return join(folder, "unpacked", name);
}

function manifestOf(path: string): Manifest {
  return JSON.parse(readFileSync(join(path, "package.json"), "utf8"));
}
