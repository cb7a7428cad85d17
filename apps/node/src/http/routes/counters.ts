import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { type NodeService, ServiceError } from "../../service.ts";
import { httpLimits } from "../limits.ts";
import { nameParams, problems, writeProblems } from "../responses.ts";

const params = nameParams(httpLimits.nameCharacters);
const counterSchema = z.strictObject({ value: z.number() });

export const counterRoutes: FastifyPluginAsyncZod<{ service: NodeService }> = async (app, { service }) => {
  app.post(
    "/v1/counters/:name",
    {
      config: { writes: "everywhere" },
      schema: {
        summary: "Add to a counter",
        tags: ["objects"],
        params,
        body: z.strictObject({ by: z.int() }),
        response: { 200: counterSchema, ...writeProblems },
      },
    },
    async (request) => ({ value: await service.addToCounter(request.params.name, request.body.by) }),
  );

  app.post(
    "/v1/counters",
    {
      config: { writes: "everywhere" },
      schema: {
        summary: "Add to several counters",
        description:
          "Increments that come together, by whatever request, become one operation for each counter; the answer comes when they are durable.",
        tags: ["objects"],
        body: z.strictObject({
          add: z
            .record(params.shape.name, z.int())
            .refine((sums) => Object.keys(sums).length <= httpLimits.elements),
        }),
        response: { 200: z.strictObject({ values: z.record(z.string(), z.number()) }), ...writeProblems },
      },
    },
    async ({ body }) => ({
      values: Object.fromEntries(await service.addToCounters(new Map(Object.entries(body.add)))),
    }),
  );

  app.get(
    "/v1/counters/:name",
    {
      schema: {
        summary: "Value of a counter",
        tags: ["objects"],
        params,
        response: { 200: counterSchema, ...problems("not-found", "invalid") },
      },
    },
    async (request) => {
      const value = await service.getCounter(request.params.name);
      if (value === undefined) throw new ServiceError("not-found", "nobody has written this counter");
      return { value };
    },
  );
};
