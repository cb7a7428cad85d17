import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { NodeService } from "../../service.ts";
import { problem, problemSchema } from "../problem.ts";

const ok = z.strictObject({ status: z.literal("ok") });

/** Open routes for supervisors and load balancers; they say nothing but yes or no. */
export const healthRoutes: FastifyPluginAsyncZod<{ service: NodeService }> = async (app, { service }) => {
  app.get(
    "/healthz",
    {
      config: { open: true },
      schema: { summary: "The process answers", tags: ["health"], security: [], response: { 200: ok } },
    },
    async () => ({ status: "ok" as const }),
  );

  app.get(
    "/readyz",
    {
      config: { open: true },
      schema: {
        summary: "The node takes writes",
        tags: ["health"],
        security: [],
        response: {
          200: ok,
          503: {
            description: "not-ready",
            content: { "application/problem+json": { schema: problemSchema } },
          },
        },
      },
    },
    async (_request, reply) => {
      if (service.ready) return { status: "ok" as const };
      return reply
        .code(503)
        .type("application/problem+json")
        .send(problem("not-ready", "the node takes no writes at the moment"));
    },
  );
};
