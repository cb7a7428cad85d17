import { z } from "zod";

// Loose: a newer node may say more. Strict about what is used, because it comes from another machine.

const frontier = z.record(z.string(), z.looseObject({ seq: z.int(), batch: z.string() }));

export const statusDocument = z.looseObject({
  node: z.string(),
  incarnation: z.string().nullable(),
  cluster: z.string(),
  version: z.string(),
  frontier,
  peers: z.array(
    z.looseObject({
      node: z.string().nullable(),
      address: z.string(),
      state: z.string(),
      lag_ops: z.number().nullable(),
      lag_s: z.number().nullable(),
      last_error: z.string().nullable(),
    }),
  ),
  counts: z.looseObject({
    rows: z.number(),
    operations: z.number(),
    batches: z.number(),
    quarantined: z.number(),
    conflicts: z.number(),
    evicted: z.number().optional(),
  }),
  digest: z.string(),
});

export const digestDocument = z.looseObject({
  digest: z.string(),
  rows: z.number(),
  cells: z.number(),
  frontier,
});

export const unevictedDocument = z.looseObject({ rows: z.number() });

export type StatusDocument = z.infer<typeof statusDocument>;
export type DigestDocument = z.infer<typeof digestDocument>;
