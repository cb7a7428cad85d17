import { isLogId } from "@jarvis-crdt/crdt";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { NodeService } from "../../service.ts";
import { httpLimits } from "../limits.ts";
import { writeProblems } from "../responses.ts";

const placeShape = {
  log: z.string().max(100).refine(isLogId, "a log is uuid:hex16"),
  first: z.int().min(1).meta({ description: "Sequence of the batch's first operation" }),
};

export const repairRoutes: FastifyPluginAsyncZod<{ service: NodeService }> = async (app, { service }) => {
  app.post(
    "/v1/repair",
    {
      config: { writes: "here" },
      schema: {
        summary: "Fetches batches that the disk damaged from connected peers, and puts them back",
        tags: ["node"],
        body: z.strictObject({
          places: z.array(z.strictObject(placeShape)).min(1).max(httpLimits.elements),
        }),
        response: {
          200: z.strictObject({
            repaired: z.array(z.strictObject({ ...placeShape, peer: z.guid() })),
            left: z.array(z.strictObject(placeShape)),
          }),
          ...writeProblems,
        },
      },
    },
    async ({ body }) => {
      const { repaired, left } = await service.repair(body.places);
      return { repaired: [...repaired], left: [...left] };
    },
  );
};
