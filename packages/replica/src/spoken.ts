import { decodeHeader } from "@jarvis-crdt/batch";
import { batchCost, type Message } from "@jarvis-crdt/sync";

/** A message in a few words: what it is, and which logs or how much it is about. */
export type Spoken = { readonly type: Message["type"] } & Readonly<Record<string, string | number>>;

export function spoken(message: Message): Spoken {
  const { type } = message;
  switch (message.type) {
    case "batch": {
      const { log, first, count } = decodeHeader(message.envelope.header);
      return { type, log, first, operations: count, bytes: batchCost(message.envelope) };
    }
    case "have":
    case "leaves":
    case "ack":
      return { type, logs: message.entries.length };
    case "quiet":
      return { type, logs: message.logs.length };
    case "credit":
      return { type, bytes: message.bytes };
    case "ask":
    case "told":
      return { type, number: message.number };
    case "forked":
    case "history":
      return { type, log: message.log };
    case "shown":
      return { type, log: message.log, batches: message.envelopes.length };
    case "bye":
      return { type, code: message.code };
    default:
      return { type };
  }
}
