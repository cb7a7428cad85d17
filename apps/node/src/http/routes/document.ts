import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { problems } from "../responses.ts";

/** The OpenAPI document, made from the schemas the routes check with. */
export const documentRoutes: FastifyPluginAsyncZod = async (app) => {
  app.get(
    "/v1/openapi.json",
    {
      schema: {
        summary: "This document",
        tags: ["node"],
        response: { 200: z.record(z.string(), z.unknown()), ...problems() },
      },
    },
    async () => app.swagger() as unknown as Record<string, unknown>,
  );
};
