import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { NodeService } from "../../service.ts";
import { encodeFrontier, frontierSchema, hex, hexSchema } from "../identifiers.ts";
import { problems } from "../responses.ts";
import { peerSchema } from "./peers.ts";

const statusSchema = z
  .strictObject({
    node: z.guid(),
    incarnation: hexSchema(8).nullable(),
    cluster: z.string(),
    version: z.string(),
    frontier: frontierSchema,
    peers: z.array(peerSchema),
    counts: z.object({
      rows: z.int(),
      operations: z.int(),
      batches: z.int(),
      quarantined: z.int().meta({ description: "Transactions stored and not interpreted yet" }),
      conflicts: z.int().meta({ description: "Open conflicts" }),
      evicted: z.int().meta({ description: "Rows hidden on this node alone" }),
    }),
    bytes_sent: z.int().meta({ description: "To peers since this process started" }),
    bytes_received: z.int(),
    digest: hexSchema(32),
  })
  .meta({ id: "Status" });

const digestSchema = z
  .strictObject({
    digest: hexSchema(32).meta({ description: "Equal on nodes with equal state" }),
    rows: z.int(),
    cells: z.int(),
    frontier: frontierSchema,
  })
  .meta({ id: "Digest" });

export const statusRoutes: FastifyPluginAsyncZod<{ service: NodeService }> = async (app, { service }) => {
  app.get(
    "/v1/status",
    {
      schema: {
        summary: "State of this node",
        tags: ["node"],
        response: { 200: statusSchema, ...problems() },
      },
    },
    async () => {
      const { frontier, peers, digest, ...rest } = await service.status();
      return { ...rest, frontier: encodeFrontier(frontier), peers: [...peers], digest: hex(digest) };
    },
  );

  app.get(
    "/v1/digest",
    {
      schema: {
        summary: "Digest of the state",
        tags: ["node"],
        response: { 200: digestSchema, ...problems() },
      },
    },
    async () => {
      const { digest, rows, cells, frontier } = await service.digest();
      return { digest: hex(digest), rows, cells, frontier: encodeFrontier(frontier) };
    },
  );
};
