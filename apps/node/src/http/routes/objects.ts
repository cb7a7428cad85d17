import type { Value } from "@jarvis-crdt/crdt";
import { describeTypes, type ObjectState } from "@jarvis-crdt/replica";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { type NodeService, ServiceError } from "../../service.ts";
import { httpLimits } from "../limits.ts";
import { limitParam, nextSchema } from "../paging.ts";
import { nameParams, problems, writeProblems } from "../responses.ts";
import { decodeValue, encodeValue, valueSchema } from "../values.ts";

const params = nameParams(httpLimits.nameCharacters);
const nameSchema = params.shape.name;
const typeSchema = z
  .string()
  .max(httpLimits.typeCharacters)
  .meta({ description: "A type by its name, such as g_set, time_series:60:1440 or or_map:pn_counter" });
const objectSchema = z.strictObject({ name: z.string(), type: z.string() });
const stateSchema = objectSchema.extend({
  value: valueSchema,
  more: z.boolean().meta({ description: "Whether a list was cut, because it is longer than `limit`" }),
});

/** The first of a list, and of a log the last, so that a page stays one. */
function encode({ name, type, value }: ObjectState, limit: number) {
  const list: readonly Value[] | undefined = Array.isArray(value) ? value : undefined;
  const more = list !== undefined && list.length > limit;
  const shown = !more ? value : type === "grow_log" ? list.slice(-limit) : list.slice(0, limit);
  return { name, type, value: encodeValue(shown), more };
}

export const objectRoutes: FastifyPluginAsyncZod<{ service: NodeService }> = async (app, { service }) => {
  app.get(
    "/v1/object-types",
    {
      schema: {
        summary: "Types of objects, and what one can do to them",
        tags: ["objects"],
        response: {
          200: z.strictObject({
            types: z.array(
              z.strictObject({ type: z.string(), summary: z.string(), operations: z.array(z.string()) }),
            ),
          }),
          ...problems(),
        },
      },
    },
    async () => ({ types: describeTypes().map((one) => ({ ...one, operations: [...one.operations] })) }),
  );

  app.get(
    "/v1/objects",
    {
      schema: {
        summary: "Objects by name and type",
        tags: ["objects"],
        querystring: z.strictObject({
          limit: limitParam,
          after: nameSchema.optional(),
          type: typeSchema.optional(),
        }),
        response: {
          200: z.strictObject({ objects: z.array(objectSchema), next: nextSchema }),
          ...problems("invalid"),
        },
      },
    },
    async ({ query: { limit, after, type } }) => {
      const rest = (await service.objects.list()).filter(
        (one) => (after === undefined || one.name > after) && (type === undefined || one.type === type),
      );
      // Objects of one name stay on one page, or `after` would pass over some.
      const last = rest[limit - 1];
      const page = last === undefined ? rest : rest.filter((one, i) => i < limit || one.name === last.name);
      const next = page.length < rest.length ? page.at(-1)!.name : null;
      return { objects: page.map((one) => ({ ...one })), next };
    },
  );

  app.get(
    "/v1/objects/:name",
    {
      schema: {
        summary: "What an object of any type holds",
        tags: ["objects"],
        params,
        querystring: z.strictObject({ type: typeSchema.optional(), limit: limitParam }),
        response: { 200: stateSchema, ...problems("not-found", "wrong-type", "invalid") },
      },
    },
    async ({ params: { name }, query: { type, limit } }) => {
      const state = await service.objects.read(name, type);
      if (state === undefined) throw new ServiceError("not-found", "nobody has written this object");
      return encode(state, limit);
    },
  );

  app.post(
    "/v1/objects/:name",
    {
      config: { writes: "everywhere" },
      schema: {
        summary: "Change an object of any type, which is made where it is not there",
        description:
          "`type` may be left out where the object is there. `/v1/object-types` lists the operations.",
        tags: ["objects"],
        params,
        querystring: z.strictObject({ limit: limitParam }),
        body: z.strictObject({
          type: typeSchema.optional(),
          operation: z.string().max(httpLimits.typeCharacters),
          values: z.array(valueSchema).max(httpLimits.elements).default([]),
        }),
        response: {
          200: stateSchema,
          ...writeProblems,
          ...problems("not-found", "wrong-type", "no-rights"),
        },
      },
    },
    async ({ params: { name }, query: { limit }, body: { type, operation, values } }) => {
      const decoded = values.map((one, index) => decodeValue(one, `body/values/${index}`));
      return encode(await service.objects.update(name, { type, operation, values: decoded }), limit);
    },
  );
};
