// Published packages: publint finds wrong exports, and the fields that users rely on are there.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

const required = [
  "name",
  "version",
  "description",
  "keywords",
  "license",
  "type",
  "sideEffects",
  "exports",
  "files",
  "engines",
];
let failed = false;

for (const root of ["packages", "apps", "tooling"]) {
  for (const folder of readdirSync(root)) {
    const at = join(root, folder);
    const manifest = JSON.parse(readFileSync(join(at, "package.json"), "utf8"));
    if (manifest.private) continue;
    for (const field of required) if (!(field in manifest)) report(at, `package.json lacks "${field}"`);
    const { messages } = await publint({ pkgDir: at, level: "warning", strict: false });
    for (const message of messages) report(at, formatMessage(message, manifest) ?? message.code);
  }
}

function report(at: string, text: string): void {
  failed = true;
  console.error(`${at}: ${text}`);
}

process.exitCode = failed ? 1 : 0;
