import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { NodeService } from "../../service.ts";
import { httpLimits } from "../limits.ts";
import { limitParam, nextSchema } from "../paging.ts";
import { problems, writeProblems } from "../responses.ts";

const idSchema = z
  .string()
  .max(80)
  .meta({ description: 'A transaction as "uuid:hex16/sequence", or a row as its 32 hex digits' });

const itemSchema = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("transaction"),
      id: idSchema,
      author: z.guid(),
      operations: z.int(),
      reason: z.enum(["missing-operation", "unknown-schema", "other-schema", "unreadable"]),
      detail: z.string(),
      dropped: z.boolean(),
    }),
    z.strictObject({
      kind: z.literal("row"),
      id: idSchema,
      table: z.string(),
      reason: z.literal("refused"),
      detail: z.string(),
      tries: z.int(),
      retry_at: z.iso.datetime(),
    }),
  ])
  .meta({ id: "Quarantined", description: "Stored here and not usable yet, with the reason" });

const idsSchema = z.strictObject({
  ids: z.array(idSchema).min(1).max(httpLimits.elements),
  undo: z.boolean().default(false).meta({ description: "List transactions again that were dropped" }),
});

export const quarantineRoutes: FastifyPluginAsyncZod<{ service: NodeService }> = async (app, { service }) => {
  app.get(
    "/v1/quarantine",
    {
      schema: {
        summary: "Transactions that are stored and not interpreted, and rows that the archive refuses",
        tags: ["quarantine"],
        querystring: z.strictObject({
          after: idSchema.optional(),
          limit: limitParam,
          dropped: z.stringbool().default(false),
        }),
        response: {
          200: z.strictObject({ items: z.array(itemSchema), next: nextSchema }),
          ...problems("invalid", "not-ready"),
        },
      },
    },
    async ({ query }) => {
      const { items, next } = await service.quarantine.list(query);
      return { items: [...items], next };
    },
  );

  app.post(
    "/v1/quarantine/retry",
    {
      config: { writes: "here" },
      schema: {
        summary: "Try everything in quarantine once more",
        tags: ["quarantine"],
        response: {
          200: z.strictObject({
            transactions: z.int().meta({ description: "Interpreted now" }),
            rows: z.int().meta({ description: "Given to the archive once more" }),
          }),
          ...writeProblems,
        },
      },
    },
    () => service.quarantine.retry(),
  );

  app.post(
    "/v1/quarantine/drop",
    {
      config: { writes: "here" },
      schema: {
        summary: "Hide entries on this node",
        description:
          "Nothing is skipped: a transaction stays stored, is passed on, and is interpreted once its reason is gone. " +
          "A row is hidden here alone, until it is unevicted.",
        tags: ["quarantine"],
        body: idsSchema,
        response: { 200: z.strictObject({ dropped: z.int() }), ...writeProblems },
      },
    },
    async ({ body }) => ({ dropped: await service.quarantine.drop(body.ids, !body.undo) }),
  );
};
