import type { Envelope } from "./envelope.ts";

/** Of an envelope without its body: header and signature, which still prove what the log was. */
export const hollowCodec = 0;

/** Whether the operations of a batch were thrown away. */
export function isHollow({ codec }: Pick<Envelope, "codec">): boolean {
  return codec === hollowCodec;
}

/** The batch without its operations: its id, its place in the log and its author's signature stay. */
export function hollowOf({ header, signature }: Pick<Envelope, "header" | "signature">): Envelope {
  return { header, signature, codec: hollowCodec, rawLength: 0, body: new Uint8Array(0) };
}
