// Writes messages.vectors.json anew: node -C source packages/sync/vectors/generate.ts
// The format is frozen: a change of this file's output is a new protocol version.
import { writeFileSync } from "node:fs";
import { makeVectors } from "./make-vectors.ts";

writeFileSync(
  new URL("messages.vectors.json", import.meta.url),
  `${JSON.stringify(makeVectors(), undefined, 1)}\n`,
);
