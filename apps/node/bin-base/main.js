#!/usr/bin/env -S node --max-semi-space-size=4
import { t as keepCompiled } from "./chunk-compile-cache.js";
// dist/main.js
keepCompiled();
const [{ runCli }, { compose }] = await Promise.all([import("./chunk-cli.js"), import("./chunk-compose.js")]);
process.exit(await runCli(process.argv.slice(2), compose));
export {};
