import type { Value } from "@jarvis-crdt/crdt";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { WriteName } from "../../compose/conflict-desk.ts";
import type { NodeService } from "../../service.ts";
import { dotSchema, encodeDot, hexSchema, uidSchema } from "../identifiers.ts";
import { limitParam, nextSchema } from "../paging.ts";
import { problems } from "../responses.ts";
import { encodeValue, valueSchema } from "../values.ts";

const idSchema = hexSchema(16);

const writeSchema = z.strictObject({
  dot: dotSchema,
  author: z.guid(),
  at: z.string().nullable().meta({ description: "By its author's clock; null for an adopted value" }),
});

const conflictSchema = z.strictObject({
  id: idSchema,
  object: z.string(),
  uid: uidSchema.nullable(),
  key: valueSchema.optional().meta({ description: "Of keyed registers" }),
  group: z.string().nullable(),
  rule: z.string(),
  writes: z.array(writeSchema).meta({ description: "The shown one first" }),
});

const detailSchema = conflictSchema
  .extend({
    writes: z.array(writeSchema.extend({ values: z.record(z.string(), valueSchema).nullable() })),
  })
  .meta({ id: "Conflict" });

const recordSchema = z
  .strictObject({
    id: z.int(),
    at: z.string(),
    name: z.string(),
    type: z.string(),
    rule: z.string(),
    nodes: z.array(z.string()),
    details: z.unknown(),
  })
  .meta({ id: "ConflictRecord", description: "What happened; the values that were lost are in `details`" });

const restoredSchema = z.strictObject({ dot: dotSchema });

const encodeKey = (key: Value | undefined) => (key === undefined ? {} : { key: encodeValue(key) });

const encodeWrite = ({ dot, author, at }: WriteName) => ({ dot: encodeDot(dot), author, at });

export const conflictRoutes: FastifyPluginAsyncZod<{ service: NodeService }> = async (app, { service }) => {
  const params = z.strictObject({ id: idSchema });

  app.get(
    "/v1/conflicts",
    {
      schema: {
        summary: "Open conflicts: concurrent writes whose values differ",
        tags: ["conflicts"],
        querystring: z.strictObject({ after: idSchema.optional(), limit: limitParam }),
        response: {
          200: z.strictObject({ items: z.array(conflictSchema), next: nextSchema }),
          ...problems("not-found", "invalid"),
        },
      },
    },
    async ({ query: { after, limit } }) => {
      const { items, next } = await service.conflicts.list(after, limit);
      return {
        items: items.map((one) => ({ ...one, ...encodeKey(one.key), writes: one.writes.map(encodeWrite) })),
        next,
      };
    },
  );

  app.get(
    "/v1/conflicts/records",
    {
      schema: {
        summary: "History of conflicts, the latest first",
        tags: ["conflicts"],
        querystring: z.strictObject({ after: z.coerce.number().int().min(1).optional(), limit: limitParam }),
        response: {
          200: z.strictObject({ items: z.array(recordSchema), next: nextSchema }),
          ...problems("invalid"),
        },
      },
    },
    async ({ query: { after, limit } }) => {
      const items = await service.conflicts.records(after, limit);
      const next = items.length < limit ? null : String(items.at(-1)!.id);
      return { items: items.map((one) => ({ ...one, nodes: [...one.nodes] })), next };
    },
  );

  app.get(
    "/v1/conflicts/:id",
    {
      schema: {
        summary: "One open conflict with the values of all its writes",
        tags: ["conflicts"],
        params,
        response: { 200: detailSchema, ...problems("not-found", "invalid") },
      },
    },
    async (request) => {
      const { writes, key, ...rest } = await service.conflicts.show(request.params.id);
      return {
        ...rest,
        ...encodeKey(key),
        writes: writes.map((write) => ({
          ...encodeWrite(write),
          values:
            write.values === undefined
              ? null
              : Object.fromEntries([...write.values].map(([name, value]) => [name, encodeValue(value)])),
        })),
      };
    },
  );

  app.post(
    "/v1/conflicts/:id/restore",
    {
      config: { writes: "everywhere" },
      schema: {
        summary: "Close an open conflict in favour of one of its writes, by a new write that names them all",
        tags: ["conflicts"],
        params,
        body: z.strictObject({
          write: z.int().min(0).max(1000).default(1).meta({ description: "0 is the one that is shown" }),
        }),
        response: { 200: restoredSchema, ...problems("not-found", "invalid", "not-ready") },
      },
    },
    async (request) => ({
      dot: encodeDot(await service.conflicts.settle(request.params.id, request.body.write)),
    }),
  );

  app.post(
    "/v1/conflicts/records/:record/restore",
    {
      config: { writes: "everywhere" },
      schema: {
        summary: "Write the value again that a record keeps, over whatever is there now",
        tags: ["conflicts"],
        params: z.strictObject({ record: z.coerce.number().int().min(1) }),
        body: z.strictObject({
          value: z
            .int()
            .min(1)
            .max(1000)
            .default(1)
            .meta({ description: "Which, where the record keeps several" }),
        }),
        response: { 200: restoredSchema, ...problems("not-found", "invalid", "not-ready") },
      },
    },
    async (request) => ({
      dot: encodeDot(await service.conflicts.restore(request.params.record, request.body.value - 1)),
    }),
  );
};
