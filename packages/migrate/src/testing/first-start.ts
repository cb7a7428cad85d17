import { join } from "node:path";
import { mapArchive } from "@jarvis-crdt/archive";
import { testCrypto } from "@jarvis-crdt/batch/testing";
import { ArchiveFile, openArchiveDatabase, StateFile, schemaOf } from "@jarvis-crdt/store-sqlite";

export const crypto = testCrypto(1);
export const node = "00000000-0000-4000-8000-000000000001";
export const now = () => 1_800_000_000_000;
const random = (bytes: number) => new Uint8Array(bytes).fill(9);

/** Opens state and archive as `jarvisd` does. `rest` runs rule M until there is nothing to do; returns what it captured. */
export function startNode(path: string, state = join(path, "../crdt_state.db")) {
  const db = openArchiveDatabase(path);
  const mappings = mapArchive(db);
  db.close();
  const stateFile = new StateFile({
    ...crypto,
    path: state,
    node,
    cluster: new Uint8Array(16),
    now,
    random,
    schema: schemaOf(mappings),
    durability: "normal",
  });
  const file = ArchiveFile.open({
    path,
    mappings,
    state: stateFile.archive,
    node,
    now,
    random,
    hasher: crypto.hasher,
  });
  return {
    state: stateFile,
    rest(): number {
      let captured = 0;
      for (;;) {
        const exchange = file.exchange();
        if (exchange.outcome !== "done") return captured;
        captured += exchange.captured;
        if (exchange.refused > 0) throw new Error("the archive refuses a row");
      }
    },
    close(): void {
      file.close();
      stateFile.close();
    },
  };
}
