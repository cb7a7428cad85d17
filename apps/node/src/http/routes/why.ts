import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { type NodeService, ServiceError } from "../../service.ts";
import { problems } from "../responses.ts";

const whySchema = z
  .strictObject({
    about: z.string().nullable(),
    synced: z.boolean().meta({ description: "There is no cause" }),
    causes: z.array(
      z.strictObject({
        code: z.string(),
        peer: z.string().nullable().meta({ description: "Node id, or address where it was never reached" }),
        since: z.string().nullable(),
        operations: z.int().nullable(),
        sentence: z.string(),
      }),
    ),
    notes: z.array(z.string()),
  })
  .meta({ id: "Why", description: "What keeps things from being everywhere, in one sentence per cause" });

export const whyRoutes: FastifyPluginAsyncZod<{ service: NodeService }> = async (app, { service }) => {
  app.get(
    "/v1/why",
    {
      schema: {
        summary: "Whether everything is in sync, and if not, why not",
        tags: ["node"],
        querystring: z.strictObject({
          about: z.string().min(1).max(300).optional().meta({
            description:
              "A peer (node id, name or address), an entry (its uid, 32 hex digits) or an operation (uuid:hex16/sequence)",
          }),
        }),
        response: { 200: whySchema, ...problems("not-found", "invalid", "not-ready") },
      },
    },
    async ({ query: { about } }) => {
      const why = about === undefined ? await service.why.everything() : await service.why.about(about);
      if (why === undefined)
        throw new ServiceError(
          "not-found",
          "no peer has this name; /v1/status lists the peers, an entry is named by its uid of 32 hex digits",
        );
      return { ...why, causes: [...why.causes], notes: [...why.notes] };
    },
  );
};
