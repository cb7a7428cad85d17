import { keepCompiled } from "@jarvis-crdt/config/compile-cache";

keepCompiled();
const [{ runCli }, { compose }] = await Promise.all([import("./cli.ts"), import("./compose.ts")]);
process.exit(await runCli(process.argv.slice(2), compose));
