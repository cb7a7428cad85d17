import { readFileSync } from "node:fs";

/** What a process did to files, or said on its standard output, in order. `time`: microseconds since 1970. */
export type DiskEvent = Timed<Deed>;

type Timed<T> = T extends unknown ? T & { readonly time: number } : never;

type Deed =
  | { readonly do: "write"; readonly path: string; readonly at: number; readonly bytes: Uint8Array }
  /** After what was written so far. */
  | { readonly do: "append"; readonly path: string; readonly bytes: Uint8Array }
  | { readonly do: "truncate"; readonly path: string; readonly size: number }
  | { readonly do: "empty"; readonly path: string }
  | { readonly do: "sync"; readonly path: string }
  | { readonly do: "remove"; readonly path: string }
  | { readonly do: "move"; readonly path: string; readonly to: string }
  | { readonly do: "say"; readonly text: string };

/** A command line to put before a program's: everything that it does to files is recorded in `trace`, with the bytes. */
export function recordDisk(trace: string): readonly string[] {
  const calls = "openat,pwrite64,write,fsync,fdatasync,ftruncate,unlink,rename";
  // Paths and bytes as hexadecimal, and whole.
  return [
    "strace",
    "-qq",
    "-f",
    // All other calls pass without a stop.
    "--seccomp-bpf",
    "-ttt",
    "-y",
    "-xx",
    "-s",
    "8388608",
    "-e",
    `trace=${calls}`,
    "-e",
    "signal=none",
    "-o",
    trace,
  ];
}

/**
 * Reads what was recorded of the files in a folder, by one process or by several at the same time. Calls that failed are
 * left out.
 */
export function readRecord(traces: readonly string[], folder: string): readonly DiskEvent[] {
  return traces.flatMap((trace) => readTrace(trace, folder)).sort((a, b) => a.time - b.time);
}

function readTrace(trace: string, folder: string): DiskEvent[] {
  const events: DiskEvent[] = [];
  const begun = new Map<string, string>();
  for (const line of readFileSync(trace, "latin1").split("\n")) {
    const [, pid = "", seconds = "", micros = "", rest = ""] =
      /^(\d+) +(\d+)\.(\d{6}) (.*)$/.exec(line) ?? [];
    if (rest.endsWith("<unfinished ...>")) {
      begun.set(pid, rest.slice(0, -"<unfinished ...>".length));
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest);
    const deed = deedOf(resumed ? (begun.get(pid) ?? "") + resumed[1] : rest);
    if (deed && (deed.do === "say" || deed.path.startsWith(`${folder}/`)))
      events.push({ time: Number(seconds) * 1e6 + Number(micros), ...deed });
  }
  return events;
}

function deedOf(call: string): Deed | undefined {
  const [, name, given = "", result = "-1"] = /^(\w+)\((.*)\) += (-?\d+)/.exec(call) ?? [];
  if (name === undefined || Number(result) < 0) return undefined;
  const path = text(/^\d+<([^>]*)>/.exec(given)?.[1] ?? "");
  const strings = [...given.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, hex]) => bytes(hex!));
  const numbers = given.split(", ").map(Number);
  switch (name) {
    case "pwrite64":
      return { do: "write", path, at: numbers.at(-1)!, bytes: strings[0]!.subarray(0, Number(result)) };
    case "write":
      if (given.startsWith("1<")) return { do: "say", text: Buffer.from(strings[0]!).toString() };
      return { do: "append", path, bytes: strings[0]!.subarray(0, Number(result)) };
    case "fsync":
    case "fdatasync":
      return { do: "sync", path };
    case "ftruncate":
      return { do: "truncate", path, size: numbers.at(-1)! };
    case "unlink":
      return { do: "remove", path: Buffer.from(strings[0]!).toString() };
    case "rename":
      return {
        do: "move",
        path: Buffer.from(strings[0]!).toString(),
        to: Buffer.from(strings[1]!).toString(),
      };
    case "openat":
      return given.includes("O_TRUNC")
        ? { do: "empty", path: Buffer.from(strings[0]!).toString() }
        : undefined;
    default:
      return undefined;
  }
}

function bytes(hex: string): Uint8Array {
  return Buffer.from(hex.replaceAll("\\x", ""), "hex");
}

function text(hex: string): string {
  return Buffer.from(bytes(hex)).toString();
}
