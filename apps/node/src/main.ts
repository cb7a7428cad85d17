#!/usr/bin/env -S node --max-semi-space-size=4
import { existsSync } from "node:fs";
import { extname } from "node:path";

// What a build put into few files starts in a third of the time; from its sources the program is what stands there.
const built = new URL("../bin/program.js", import.meta.url);
const own = extname(import.meta.url);
const program = own === ".js" && existsSync(built) ? built : new URL(`./program${own}`, import.meta.url);
await import(program.href);
