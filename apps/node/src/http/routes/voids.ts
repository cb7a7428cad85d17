import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { NodeService } from "../../service.ts";
import { problems } from "../responses.ts";

const voidSchema = z
  .strictObject({
    log: z.string(),
    author: z.guid(),
    from: z.int().meta({ description: "The first operation that does not count" }),
    operations: z.int().meta({ description: "Operations stored here that do not count" }),
    settled: z.boolean().meta({ description: "As far as is known here, all of them were minted anew" }),
    by: z.string().meta({ description: 'The author\'s operation that says so, as "uuid:hex16/sequence"' }),
    reason: z.enum(["fork", "clock-ahead"]).meta({
      description: "The log was written twice, or stamped by a clock that was ahead",
    }),
  })
  .meta({ id: "VoidInterval", description: "What of a log does not count, because its author abandoned it" });

export const voidRoutes: FastifyPluginAsyncZod<{ service: NodeService }> = async (app, { service }) => {
  app.get(
    "/v1/voids",
    {
      schema: {
        summary: "Logs of which a part does not count, because their author abandoned it",
        tags: ["node"],
        response: { 200: z.strictObject({ voids: z.array(voidSchema) }), ...problems("not-ready") },
      },
    },
    async () => ({
      voids: (await service.voids()).map(({ log, from, operations, isUnsettled, by, reason }) => ({
        log,
        author: log.slice(0, 36),
        from,
        operations,
        settled: !isUnsettled,
        by: `${by.log}/${by.seq}`,
        reason,
      })),
    }),
  );
};
