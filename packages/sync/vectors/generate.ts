// Writes messages.vectors.json and frontier.vectors.json anew: node -C source packages/sync/vectors/generate.ts
// The format is frozen: a change of this file's output is a new protocol version.
import { writeFileSync } from "node:fs";
import { testCrypto } from "@jarvis-crdt/batch/testing";
import { makeFrontierVectors, makeVectors } from "./make-vectors.ts";

write("messages.vectors.json", makeVectors());
write("frontier.vectors.json", makeFrontierVectors(testCrypto().hasher));

function write(file: string, vectors: unknown): void {
  writeFileSync(new URL(file, import.meta.url), `${JSON.stringify(vectors, undefined, 1)}\n`);
}
