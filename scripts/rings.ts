// Walls: a package imports only from its own ring's allowed neighbours and from rings below, says so in its manifest,
// and pure packages touch nothing of the machine.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface Ring {
  readonly level: number;
  /** No `node:` modules, no clock, no randomness. */
  readonly pure?: true;
  /** Packages of one effect ring do not know each other. */
  readonly apart?: true;
}

const rings: Record<string, Ring> = {
  crdt: { level: 1, pure: true },
  batch: { level: 2, pure: true },
  store: { level: 3, pure: true },
  sync: { level: 3, pure: true },
  "store-sqlite": { level: 4, apart: true },
  security: { level: 4, apart: true },
  transport: { level: 4, apart: true },
  replica: { level: 5, pure: true },
  archive: { level: 5 },
  migrate: { level: 6 },
  backup: { level: 6 },
  config: { level: 6 },
  node: { level: 7 },
  admin: { level: 7 },
  fixtures: { level: 8 },
  harness: { level: 8 },
  model: { level: 8 },
  simulator: { level: 8 },
  demo: { level: 9 },
  bench: { level: 9 },
  e2e: { level: 9 },
};

const impure =
  /\b(Date\.now|new Date\(\)|Math\.random|performance\.now|setTimeout|setInterval|process\.|Buffer\.)/;
const problems: string[] = [];

for (const root of ["packages", "apps", "tooling"]) {
  for (const folder of readdirSync(root)) {
    const at = join(root, folder);
    const manifest = readManifest(at);
    if (!manifest) continue;
    const name = manifest.name.replace("@jarvis-crdt/", "");
    const ring = rings[name];
    if (!ring) {
      problems.push(`${at}: package ${manifest.name} has no ring in scripts/rings.ts`);
      continue;
    }
    for (const file of sources(join(at, "src"))) checkFile(name, ring, manifest, file);
  }
}

function checkFile(name: string, ring: Ring, manifest: Manifest, file: string): void {
  const text = readFileSync(file, "utf8");
  const test = /\.test\.ts$|\/testing\//.test(file) || /\/testing\.ts$/.test(file);
  for (const [, specifier] of text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)) {
    if (!specifier || specifier.startsWith(".")) continue;
    if (ring.pure && !test && specifier.startsWith("node:"))
      problems.push(`${file}: a pure package imports ${specifier}`);
    const match = /^@jarvis-crdt\/([^/]+)/.exec(specifier);
    if (!match?.[1] || match[1] === name) continue;
    const other = rings[match[1]];
    if (!other) problems.push(`${file}: imports unknown package ${specifier}`);
    else if (test) continue;
    else if (other.level > ring.level)
      problems.push(`${file}: ${name} imports ${specifier} of a higher ring`);
    else if (other.level === ring.level && ring.apart)
      problems.push(`${file}: ${name} and ${match[1]} meet only in the replica and the apps`);
    if (!manifest.dependencies?.[`@jarvis-crdt/${match[1]}`])
      problems.push(`${file}: ${specifier} is not a dependency in the manifest`);
  }
  if (ring.pure && !test) {
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
    const found = impure.exec(code);
    if (found) problems.push(`${file}: a pure package uses ${found[1]}; make it an argument`);
  }
}

interface Manifest {
  readonly name: string;
  readonly dependencies?: Record<string, string>;
}

function readManifest(folder: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  } catch {
    return undefined;
  }
}

function sources(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.name.endsWith(".d.ts"))
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return [];
  }
}

for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
