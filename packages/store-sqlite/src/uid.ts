import type { Uid } from "@jarvis-crdt/crdt";

/**
 * The uid of a row that the application inserted: the time of the write in Unix milliseconds (6 bytes, so that indexes
 * grow at their end) and ten bytes of the entry's random token. It follows from the outbox entry, so a drain that is
 * done again gives the same row.
 */
export function uidOfInsert(time: number, token: Uint8Array): Uid {
  const uid = new Uint8Array(16);
  const ms = Math.min(Math.max(0, Math.round(time)), 2 ** 48 - 1);
  let rest = ms;
  for (let i = 5; i >= 0; i--) {
    uid[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  const length = Math.min(10, token.length);
  for (let i = 0; i < length; i++) uid[6 + i] = token[i]!;
  return uid;
}

/** 32 lower-case hex digits. */
export function uidText(uid: Uid): string {
  return Buffer.from(uid.buffer, uid.byteOffset, uid.byteLength).toString("hex");
}
