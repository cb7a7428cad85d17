// Puts the programs of an app into few files under `bin`: to find and read a thousand modules takes Node three times as
// long as all else that a start does. Called in the app's folder after tsc, with the names of its entries.
import { copyFileSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { type OutputChunk, rolldown } from "rolldown";

/** They look for their binaries beside themselves. */
const external = ["better-sqlite3", "sodium-native"];

const entries = process.argv.slice(2);
const bundle = await rolldown({
  input: Object.fromEntries(entries.map((name) => [name, `dist/${name}.js`])),
  platform: "node",
  external,
});
const { output } = await bundle.write({
  dir: "bin",
  cleanDir: true,
  format: "esm",
  chunkFileNames: "chunk-[name].js",
});
const modules = output.flatMap((one) => (one.type === "chunk" ? (one as OutputChunk).moduleIds : []));
checkPlaces(modules);
copyLicences(modules);

/** What a module finds beside itself is there after the move only if it lay at the top before. */
function checkPlaces(modules: readonly string[]): void {
  for (const id of modules) {
    if (!isAbsolute(id) || id.includes("/node_modules/") || dirname(id) === resolve("dist")) continue;
    if (readFileSync(id, "utf8").includes("import.meta."))
      throw new Error(
        `${id} asks where it lies, which is elsewhere in bin; let a module at the top of src do so`,
      );
  }
}

/** Everybody's code that is in the files keeps its licence beside them. */
function copyLicences(modules: readonly string[]): void {
  const folders = new Map<string, string>();
  for (const id of modules) {
    const [, folder, name] = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(id) ?? [];
    if (folder !== undefined && name !== undefined) folders.set(name, folder);
  }
  mkdirSync("bin/licences");
  for (const [name, folder] of folders) {
    const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
    if (file === undefined) console.warn(`${name}: no licence found in ${folder}`);
    else copyFileSync(join(folder, file), `bin/licences/${name.replace("/", "-")}.txt`);
  }
}
