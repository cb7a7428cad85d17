import type { SwaggerOptions } from "@fastify/swagger";
import { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";
import { version } from "../version.ts";

/** How the OpenAPI document is made from the zod schemas of the routes. */
export const documentOptions: SwaggerOptions = {
  openapi: {
    openapi: "3.1.0",
    info: { title: "jarvisd", description: "Interface of one node of a replicated Jarvis archive.", version },
    components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
    security: [{ token: [] }],
  },
  transform: jsonSchemaTransform,
  transformObject: (document) => mergeDirections(jsonSchemaTransformObject(document)),
};

/** The library writes each named schema twice, for requests with the suffix "Input"; ours are the same both ways. */
function mergeDirections<T>(document: T): T {
  const merged = JSON.parse(
    JSON.stringify(document).replace(/"#\/components\/schemas\/(\w+)Input"/g, '"#/components/schemas/$1"'),
  ) as { components: { schemas: Record<string, unknown> } };
  const { schemas } = merged.components;
  for (const name of Object.keys(schemas)) if (name.endsWith("Input")) delete schemas[name];
  return merged as T;
}
