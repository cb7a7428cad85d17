import type { RegisterState } from "@jarvis-crdt/store";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { type NodeService, ServiceError } from "../../service.ts";
import { dotSchema, encodeDot } from "../identifiers.ts";
import { httpLimits } from "../limits.ts";
import { nameParams, problems, writeProblems } from "../responses.ts";
import { decodeValue, encodeValue, valueSchema } from "../values.ts";

const params = nameParams(httpLimits.nameCharacters);
const registerSchema = z.strictObject({
  value: valueSchema,
  dot: dotSchema,
  siblings: z.int().meta({ description: "Concurrent writes that stand; more than one is an open conflict" }),
});

const encode = ({ value, dot, siblings }: RegisterState) => ({
  value: encodeValue(value),
  dot: encodeDot(dot),
  siblings,
});

export const registerRoutes: FastifyPluginAsyncZod<{ service: NodeService }> = async (app, { service }) => {
  app.put(
    "/v1/registers/:name",
    {
      config: { writes: "everywhere" },
      schema: {
        summary: "Write a register",
        tags: ["objects"],
        params,
        body: z.strictObject({ value: valueSchema }),
        response: { 200: registerSchema, ...writeProblems },
      },
    },
    async (request) =>
      encode(await service.putRegister(request.params.name, decodeValue(request.body.value, "body/value"))),
  );

  app.get(
    "/v1/registers/:name",
    {
      schema: {
        summary: "Value of a register",
        tags: ["objects"],
        params,
        response: { 200: registerSchema, ...problems("not-found", "invalid") },
      },
    },
    async (request) => {
      const state = await service.getRegister(request.params.name);
      if (state === undefined) throw new ServiceError("not-found", "nobody has written this register");
      return encode(state);
    },
  );
};
