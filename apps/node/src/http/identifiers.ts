import { type Dot, type Frontier, incarnationOf, nodeOf, type Uid } from "@jarvis-crdt/crdt";
import { z } from "zod";

export const hexSchema = (bytes: number) =>
  z
    .string()
    .regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`))
    .meta({ description: `${bytes} bytes, lower-case hex` });

export const uidSchema = hexSchema(16);

export const dotSchema = z
  .strictObject({ node: z.guid(), incarnation: hexSchema(8), seq: z.int() })
  .meta({ id: "Dot", description: "Name of one operation: its author's log and its place in it." });

export const frontierSchema = z
  .record(z.string(), z.strictObject({ seq: z.int(), batch: hexSchema(32) }))
  .meta({
    id: "Frontier",
    description: 'By log ("uuid:hex16"): last sequence and id of the batch that ends there.',
  });

export function encodeDot(dot: Dot): z.infer<typeof dotSchema> {
  return { node: nodeOf(dot.log), incarnation: incarnationOf(dot.log), seq: dot.seq };
}

export function encodeFrontier(frontier: Frontier): z.infer<typeof frontierSchema> {
  const logs = [...frontier].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(logs.map(([log, { seq, batch }]) => [log, { seq, batch: hex(batch) }]));
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

export function decodeUid(text: string): Uid {
  return new Uint8Array(Buffer.from(text, "hex"));
}
