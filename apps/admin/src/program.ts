import { keepCompiled } from "@jarvis-crdt/config/compile-cache";

keepCompiled();
const { runCli } = await import("./cli.ts");

// Whoever reads may have enough before the end, as `head` does; what was asked for is done all the same.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", ({ code }: NodeJS.ErrnoException) => {
    if (code === "EPIPE") return;
    if (stream === process.stdout)
      process.stderr.write(`jarvisctl: the output cannot be written (${code})\n`);
    process.exit(1);
  });
}

process.exitCode = await runCli(process.argv.slice(2));
