import { ByteWriter } from "./byte-writer.ts";

/** A buffer above this size is given back rather than kept. */
const keptCapacity = 1024 * 1024;

let spare: ByteWriter | undefined;

/**
 * Runs `write` with an empty writer whose buffer is used again afterwards, because a fresh buffer costs more than most
 * operations. `write` returns a copy of what it needs. A nested call gets a writer of its own.
 */
export function withWriter<Result>(write: (writer: ByteWriter) => Result): Result {
  const writer = spare ?? new ByteWriter(4096);
  spare = undefined;
  try {
    return write(writer);
  } finally {
    writer.truncate();
    if (writer.capacity <= keptCapacity) spare = writer;
  }
}
