import { existsSync } from "node:fs";
import { StateReader } from "@jarvis-crdt/store-sqlite";

/** The node whose state file this is; undefined where there is none, or none that can be read. */
export function nodeOfState(path: string): string | undefined {
  return read(path, (state) => state.node);
}

/** The process that opened this state file last. */
export function processOfState(path: string): number | undefined {
  return read(path, (state) => state.process);
}

function read<T>(path: string, ask: (state: StateReader) => T): T | undefined {
  if (!existsSync(path)) return undefined;
  let state: StateReader;
  try {
    state = new StateReader(path);
  } catch {
    return undefined;
  }
  try {
    return ask(state);
  } finally {
    state.close();
  }
}
