// Writes operations.vectors.json anew: node -C source packages/crdt/vectors/generate.ts
// The format is frozen: a change of this file's output is a new format version.
import { writeFileSync } from "node:fs";
import { makeVectors } from "./make-vectors.ts";

writeFileSync(
  new URL("operations.vectors.json", import.meta.url),
  `${JSON.stringify(makeVectors(), null, 1)}\n`,
);
