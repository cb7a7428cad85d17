// Writes the vectors anew: node -C source packages/crdt/vectors/generate.ts
// The formats and the types' meanings are frozen: a change of what is written is a new version.
import { writeFileSync } from "node:fs";
import { makeSnapshotVectors } from "./make-snapshot-vectors.ts";
import { makeTypeVectors } from "./make-type-vectors.ts";
import { makeVectors } from "./make-vectors.ts";

write("operations.vectors.json", JSON.stringify(makeVectors(), null, 1));
const { description, histories } = makeTypeVectors();
const lines = histories.map((history) => JSON.stringify(history)).join(",\n");
write("types.vectors.json", `{"description":${JSON.stringify(description)},"histories":[\n${lines}\n]}`);
write("snapshots.vectors.json", JSON.stringify(makeSnapshotVectors(), null, 1));

function write(name: string, text: string): void {
  writeFileSync(new URL(name, import.meta.url), `${text}\n`);
}
