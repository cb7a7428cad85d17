import { existsSync } from "node:fs";
import { StateReader } from "@jarvis-crdt/store-sqlite";

/** The node whose state file this is; undefined where there is none, or none that can be read. */
export function nodeOfState(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  let state: StateReader;
  try {
    state = new StateReader(path);
  } catch {
    return undefined;
  }
  try {
    return state.node;
  } finally {
    state.close();
  }
}
