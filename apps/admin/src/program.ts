import { keepCompiled } from "@jarvis-crdt/config/compile-cache";

keepCompiled();
const { runCli } = await import("./cli.ts");

// Whoever reads may have enough before the end, as `head` does; what was asked for is done all the same.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

process.exitCode = await runCli(process.argv.slice(2));
