import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { type NodeService, ServiceError } from "../../service.ts";
import { httpLimits } from "../limits.ts";
import { nameParams, problems, writeProblems } from "../responses.ts";
import { decodeValue, encodeValue, valueSchema } from "../values.ts";

const params = nameParams(httpLimits.nameCharacters);
const elements = z.array(valueSchema).max(httpLimits.elements).default([]);
const setSchema = z.strictObject({ values: z.array(valueSchema) });

export const setRoutes: FastifyPluginAsyncZod<{ service: NodeService }> = async (app, { service }) => {
  app.post(
    "/v1/sets/:name",
    {
      config: { writes: "everywhere" },
      schema: {
        summary: "Remove from and add to a set, in one transaction",
        tags: ["objects"],
        params,
        body: z.strictObject({ add: elements, remove: elements }),
        response: { 200: setSchema, ...writeProblems },
      },
    },
    async (request) => {
      const add = request.body.add.map((one, index) => decodeValue(one, `body/add/${index}`));
      const remove = request.body.remove.map((one, index) => decodeValue(one, `body/remove/${index}`));
      const values = await service.changeSet(request.params.name, add, remove);
      return { values: values.map(encodeValue) };
    },
  );

  app.get(
    "/v1/sets/:name",
    {
      schema: {
        summary: "Elements of a set",
        tags: ["objects"],
        params,
        response: { 200: setSchema, ...problems("not-found", "invalid") },
      },
    },
    async (request) => {
      const values = await service.getSet(request.params.name);
      if (values === undefined) throw new ServiceError("not-found", "nobody has written this set");
      return { values: values.map(encodeValue) };
    },
  );
};
