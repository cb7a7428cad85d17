#!/usr/bin/env node
import { runCli } from "./cli.ts";
import { compose } from "./compose.ts";

process.exit(await runCli(process.argv.slice(2), compose));
