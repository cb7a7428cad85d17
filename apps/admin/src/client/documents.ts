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
      name: z.string().nullish(),
      address: z.string(),
      state: z.string(),
      lag_ops: z.number().nullable(),
      lag_s: z.number().nullable(),
      last_error: z.string().nullable(),
      traffic: z.looseObject({ send_rate: z.number(), receive_rate: z.number() }).nullish(),
    }),
  ),
  counts: z.looseObject({
    rows: z.number(),
    operations: z.number(),
    batches: z.number(),
    quarantined: z.number(),
    conflicts: z.number(),
    evicted: z.number().optional(),
    leftovers: z.number().optional(),
  }),
  troubles: z
    .array(z.looseObject({ code: z.string(), sentence: z.string(), next: z.string() }))
    .max(100)
    .optional(),
  collection: z
    .looseObject({
      enabled: z.boolean(),
      lease_s: z.number(),
      waits_for: z.array(z.looseObject({ node: z.string().max(100), seen_at: z.iso.datetime() })),
    })
    .optional(),
  digest: z.string().nullable(),
});

const batchPlace = { log: z.string().max(100), first: z.int() };

export const repairedDocument = z.looseObject({
  repaired: z.array(z.looseObject({ ...batchPlace, peer: z.string() })),
  left: z.array(z.looseObject(batchPlace)),
});

export const digestDocument = z.looseObject({
  digest: z.string(),
  rows: z.number(),
  cells: z.number(),
  frontier,
});

export const objectsDocument = z.looseObject({
  objects: z.array(z.looseObject({ name: z.string(), type: z.string() })),
  next: z.string().nullable(),
});

export const objectDocument = z.looseObject({
  name: z.string(),
  type: z.string(),
  value: z.unknown(),
  more: z.boolean(),
});

export type ObjectDocument = z.infer<typeof objectDocument>;

const hexBytes = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`));
const digestLeaf = z.looseObject({ name: hexBytes(24), leaf: hexBytes(32) });

export const partsDocument = z.looseObject({
  parts: z.array(
    z.looseObject({
      cells: z.number(),
      hashes: z.array(hexBytes(32)).length(16).optional(),
      leaves: z.array(digestLeaf).max(64).optional(),
    }),
  ),
});

export const cellsDocument = z.looseObject({
  cells: z.array(
    z.looseObject({ name: hexBytes(24), type: z.string(), object: z.string(), key: z.string() }),
  ),
});

/** How many rows of the archive no log knew. */
export const adoptedDocument = z.looseObject({ rows: z.number() });

export const unevictedDocument = z.looseObject({ rows: z.number() });

const next = z.string().nullable();

export const quarantineDocument = z.looseObject({
  items: z.array(
    z.looseObject({
      kind: z.string(),
      id: z.string(),
      reason: z.string(),
      detail: z.string(),
      author: z.string().optional(),
      operations: z.number().optional(),
      table: z.string().optional(),
      tries: z.number().optional(),
    }),
  ),
  next,
});

export const retriedDocument = z.looseObject({ transactions: z.number(), rows: z.number() });
export const droppedDocument = z.looseObject({ dropped: z.number() });

const write = z.looseObject({ author: z.string(), at: z.string().nullable() });
const conflict = z.looseObject({
  id: z.string(),
  object: z.string(),
  uid: z.string().nullable(),
  key: z.unknown().optional(),
  group: z.string().nullable(),
  rule: z.string(),
  writes: z.array(write),
});

export const conflictsDocument = z.looseObject({ items: z.array(conflict), next });
export const conflictDocument = conflict.extend({
  writes: z.array(write.extend({ values: z.record(z.string(), z.unknown()).nullable() })),
});

export const recordsDocument = z.looseObject({
  items: z.array(
    z.looseObject({
      id: z.number(),
      at: z.string(),
      name: z.string(),
      type: z.string(),
      rule: z.string(),
      nodes: z.array(z.string()),
      details: z.unknown(),
    }),
  ),
  next,
});

export const restoredDocument = z.looseObject({
  dot: z.looseObject({ node: z.string(), incarnation: z.string(), seq: z.number() }),
});

export const voidsDocument = z.looseObject({
  voids: z.array(
    z.looseObject({
      log: z.string(),
      from: z.number(),
      operations: z.number(),
      settled: z.boolean(),
      by: z.string(),
      reason: z.string().max(100).optional(),
    }),
  ),
});

export const collectionRunDocument = z.looseObject({
  acknowledged: z.boolean(),
  batches: z.number(),
  operations: z.number(),
  bytes: z.number(),
  more: z.boolean(),
});

export const collectionDocument = z.looseObject({
  enabled: z.boolean(),
  acknowledged_at: z.string().nullable(),
  lease_s: z.number(),
  bytes: z.number(),
  held_bytes: z.number(),
  logs: z.array(
    z.looseObject({
      log: z.string(),
      interpreted: z.number(),
      settled: z.number(),
      batches: z.number(),
      hollow: z.number(),
      bytes: z.number(),
      held_bytes: z.number(),
      lacks_witness: z.boolean(),
    }),
  ),
  members: z.array(
    z.looseObject({
      node: z.string(),
      role: z.string(),
      seen_at: z.string(),
      acknowledged_at: z.string().nullable(),
      waited_for: z.boolean(),
      lacks_batches: z.number(),
      lacks_bytes: z.number(),
    }),
  ),
});

export type CollectionDocument = z.infer<typeof collectionDocument>;

export const exchangedDocument = z.looseObject({ sent: z.int(), received: z.int() });

export const whyDocument = z.looseObject({
  synced: z.boolean(),
  causes: z.array(z.looseObject({ code: z.string(), sentence: z.string() })),
  notes: z.array(z.string()),
});

export type StatusDocument = z.infer<typeof statusDocument>;
export type ConflictDocument = z.infer<typeof conflictDocument>;
export type DigestDocument = z.infer<typeof digestDocument>;
