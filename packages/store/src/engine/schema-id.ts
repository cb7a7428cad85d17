import type { Hasher } from "@jarvis-crdt/batch";

const domain = Uint8Array.from("crdtsync/1 schema\0", (character) => character.charCodeAt(0));

/** Names a schema for ever: BLAKE2b-256 of its canonical bytes. 32 bytes. */
export function schemaId(bytes: Uint8Array, hasher: Hasher): Uint8Array {
  return hasher.hash([domain, bytes]);
}
