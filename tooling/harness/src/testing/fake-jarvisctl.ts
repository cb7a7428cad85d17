import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes files named as `ca init` and `node issue` name theirs. */
const args = process.argv.slice(2);
const out = args[args.indexOf("--out") + 1]!;
mkdirSync(out, { recursive: true });
for (const name of args[0] === "ca" ? ["ca.pem", "ca.key"] : ["node.pem", "node.key", "ca.pem"]) {
  writeFileSync(join(out, name), args.join(" "));
}
