import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { legacyWriterCommand, type WriterOptions, type WrittenEntry } from "@jarvis-crdt/fixtures";
import type { Ledger } from "./ledger.ts";

/**
 * Lets the assistant, a process that knows nothing of us, write into an archive; resolves when it has ended. `wrap` is a
 * command line to put before its own.
 */
export async function assistantWrites(
  options: WriterOptions,
  ledger: Ledger,
  wrap: readonly string[] = [],
): Promise<void> {
  const written = legacyWriterCommand({ ...options, lines: true });
  const [command, ...args] = [...wrap, written.command, ...written.args];
  const child = spawn(command!, args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  const hashes = new Map<number, string>();
  for await (const line of createInterface({ input: child.stdout })) {
    const { errors, latency_ms, ...written } = JSON.parse(line) as Line;
    if (errors !== undefined) {
      for (const { call, message } of errors) ledger.complaints.push(`assistant: ${call}: ${message}`);
      continue;
    }
    if (written.entries) hashes.set(written.entries.id, written.entries.content_hash);
    for (const [kind, value] of Object.entries(written))
      ledger.assistantWrote(kind as keyof Written, value, (id) => hashes.get(id)!);
  }
  const code = await ended;
  if (code !== 0) ledger.complaints.push(`assistant: ended with ${code}`);
}

interface Written {
  readonly entries?: WrittenEntry;
  readonly verified?: number;
  readonly activities?: number;
}

/** A line per write, and the report as the last one. */
interface Line extends Written {
  readonly errors?: readonly { readonly call: string; readonly message: string }[];
  readonly latency_ms?: unknown;
}
