import { showValue } from "@jarvis-crdt/config";
import type { Value } from "@jarvis-crdt/crdt";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { type CreatedEntry, type NodeService, ServiceError } from "../../service.ts";
import { decodeUid, dotSchema, encodeDot, hex, uidSchema } from "../identifiers.ts";
import { httpLimits } from "../limits.ts";
import { problems, writeProblems } from "../responses.ts";
import { decodeValue, encodeValue, ValueError, valueSchema } from "../values.ts";

const rowSchema = z.strictObject({
  table: z.string().min(1).max(200).default("archive_entries"),
  values: z.record(z.string().max(200), valueSchema),
});

const operationSchema = z.strictObject({
  operation: z.string().min(1).max(1000),
  input_data: valueSchema,
  output_data: valueSchema,
  metadata: valueSchema.optional(),
});

const oneOfTwo =
  'is neither {"table", "values": {column: value}} nor {"operation", "input_data", "output_data", "metadata"}; table and metadata may be left out, values are JSON';

const evictedSchema = z.strictObject({
  table: z.string().min(1).max(200).optional(),
  uids: z.array(uidSchema).max(httpLimits.elements).optional(),
});

const createdSchema = z.strictObject({ uid: uidSchema, id: valueSchema, dot: dotSchema });
const entrySchema = createdSchema.extend({
  crdt_type: z.string(),
  values: z.record(z.string(), valueSchema),
});

const encode = ({ uid, id, dot }: CreatedEntry) => ({
  uid: hex(uid),
  id: encodeValue(id),
  dot: encodeDot(dot),
});

export const archiveRoutes: FastifyPluginAsyncZod<{ service: NodeService }> = async (app, { service }) => {
  app.post(
    "/v1/archive",
    {
      config: { writes: "everywhere" },
      bodyLimit: httpLimits.entryBytes,
      schema: {
        summary: "Add a row to the archive; answered once it is durable",
        tags: ["archive"],
        body: z.union([rowSchema, operationSchema], { error: oneOfTwo }),
        response: { 201: createdSchema, ...writeProblems },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const created = await service.createEntry(
        "values" in body
          ? { table: body.table, values: columns(body.values) }
          : {
              operation: body.operation,
              inputData: decodeValue(body.input_data, "body/input_data"),
              outputData: decodeValue(body.output_data, "body/output_data"),
              metadata: decodeValue(body.metadata ?? null, "body/metadata"),
            },
      );
      return reply.code(201).send(encode(created));
    },
  );

  app.post(
    "/v1/archive/unevict",
    {
      config: { writes: "here" },
      schema: {
        summary: "Show rows again that the application deleted on this node",
        description:
          "All of them, those of one table, or those with these uids. Other nodes are not concerned.",
        tags: ["archive"],
        body: evictedSchema,
        response: { 200: z.strictObject({ rows: z.int() }), ...writeProblems },
      },
    },
    async ({ body }) => ({
      rows: await service.unevict({ table: body.table, uids: body.uids?.map(decodeUid) }),
    }),
  );

  app.post(
    "/v1/archive/adopt",
    {
      config: { writes: "everywhere" },
      schema: {
        summary: "Make rows of the archive that no log knows rows of this node, without waiting for a peer",
        description:
          "They are left where archive and state were reconciled. A row that a peer knows under another name would be doubled.",
        tags: ["archive"],
        response: { 200: z.strictObject({ rows: z.int() }), ...writeProblems },
      },
    },
    async () => ({ rows: await service.adoptLeftovers() }),
  );

  app.get(
    "/v1/archive/:uid",
    {
      schema: {
        summary: "One row by its uid",
        tags: ["archive"],
        params: z.strictObject({ uid: uidSchema }),
        response: { 200: entrySchema, ...problems("not-found", "invalid") },
      },
    },
    async (request) => {
      const entry = await service.getEntry(decodeUid(request.params.uid));
      if (entry === undefined) throw new ServiceError("not-found", "no row with this uid");
      return {
        ...encode(entry),
        crdt_type: entry.crdtType,
        values: Object.fromEntries([...entry.values].map(([column, value]) => [column, encodeValue(value)])),
      };
    },
  );
};

function columns(values: Readonly<Record<string, unknown>>): ReadonlyMap<string, Value> {
  const entries = Object.entries(values);
  if (entries.length > httpLimits.columns)
    throw new ValueError(`body/values: more than ${httpLimits.columns} columns`);
  return new Map(
    entries.map(([column, value]) => [column, decodeValue(value, `body/values/${showValue(column, 40)}`)]),
  );
}
