import type { Envelope } from "@jarvis-crdt/batch";

/** A batch as it stands in `crdt_batches`, without what is kept beside it. */
export interface EnvelopeRow {
  readonly header: Buffer;
  readonly signature: Buffer;
  readonly codec: number;
  readonly raw: number;
  readonly body: Buffer;
}

export function envelopeOf({ header, signature, codec, raw, body }: EnvelopeRow): Envelope {
  return { header, signature, codec, rawLength: raw, body };
}
