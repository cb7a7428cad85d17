#!/usr/bin/env -S node --max-semi-space-size=4
import { runCli } from "./cli.ts";
import { compose } from "./compose.ts";

process.exit(await runCli(process.argv.slice(2), compose));
