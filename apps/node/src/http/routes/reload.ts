import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { NodeService } from "../../service.ts";
import { problems } from "../responses.ts";

/** Takes up what the configuration file says by now: tables, patterns, peers. */
export const reloadRoutes: FastifyPluginAsyncZod<{ service: NodeService }> = async (app, { service }) => {
  app.post(
    "/v1/reload",
    {
      schema: {
        summary: "Read the configuration file again; keys of http stay until a restart",
        tags: ["status"],
        response: { 200: z.strictObject({ reloaded: z.literal(true) }), ...problems("invalid", "not-ready") },
      },
    },
    async () => {
      await service.reload();
      return { reloaded: true as const };
    },
  );
};
