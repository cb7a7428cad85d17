import { type DigestPart, pathsAtOnce } from "@jarvis-crdt/store";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { NodeService } from "../../service.ts";
import { dateSchema, iso, isoOrNull } from "../dates.ts";
import { decodeUid, encodeFrontier, frontierSchema, hex, hexSchema } from "../identifiers.ts";
import { httpLimits } from "../limits.ts";
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
      leftovers: z.int().meta({ description: "Rows of the archive that no log knows, not adopted yet" }),
    }),
    troubles: z
      .array(z.strictObject({ code: z.string(), sentence: z.string(), next: z.string() }))
      .meta({ description: "What of this machine keeps the node from its work, each with the next step" }),
    collection: z.strictObject({
      enabled: z.boolean().meta({ description: "Old history goes by itself (storage.collection)" }),
      lease_s: z.number(),
      waits_for: z
        .array(
          z.strictObject({ node: z.guid(), seen_at: dateSchema, acknowledged_at: dateSchema.nullable() }),
        )
        .meta({ description: "Members that have not said that they have everything, longest silent first" }),
    }),
    bytes_sent: z.int().meta({ description: "To peers since this process started" }),
    bytes_received: z.int(),
    digest: hexSchema(32)
      .nullable()
      .meta({ description: "null where it is not known, because the disk takes nothing" }),
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

const nameSchema = hexSchema(24).meta({ description: "Name of a cell: the first 24 bytes of a hash" });

const partSchema = z
  .union([
    z.strictObject({ cells: z.int(), hashes: z.array(hexSchema(32)).length(16) }),
    z.strictObject({
      cells: z.int(),
      leaves: z.array(z.strictObject({ name: nameSchema, leaf: hexSchema(32) })),
    }),
  ])
  .meta({ id: "DigestPart", description: "Hashes of sixteen children, or the cells of a page" });

const cellSchema = z.strictObject({
  name: nameSchema,
  type: z.string(),
  object: z.string(),
  key: z.string().meta({ description: "Uid of a row, log of a counter, canonical bytes of a key; hex" }),
});

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
      const { frontier, peers, troubles, collection, digest, ...rest } = await service.status();
      return {
        ...rest,
        frontier: encodeFrontier(frontier),
        peers: [...peers],
        troubles: [...troubles],
        collection: {
          enabled: collection.isOn,
          lease_s: collection.leaseMs / 1000,
          waits_for: collection.holders.map(({ node, seenAt, acknowledgedAt }) => ({
            node,
            seen_at: iso(seenAt),
            acknowledged_at: isoOrNull(acknowledgedAt),
          })),
        },
        digest: digest === undefined ? null : hex(digest),
      };
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

  app.post(
    "/v1/digest/parts",
    {
      schema: {
        summary: "Parts of the digest's tree, for comparing it with another node's",
        tags: ["node"],
        body: z.strictObject({
          paths: z
            .array(z.string().regex(/^[0-9a-f]{0,48}$/))
            .min(1)
            .max(pathsAtOnce),
        }),
        response: { 200: z.strictObject({ parts: z.array(partSchema) }), ...problems("invalid") },
      },
    },
    async ({ body }) => ({ parts: (await service.digestParts(body.paths)).map(encodePart) }),
  );

  app.post(
    "/v1/digest/cells",
    {
      schema: {
        summary: "Which cells have these names in the digest's tree; looks at all cells",
        tags: ["node"],
        body: z.strictObject({ names: z.array(nameSchema).min(1).max(httpLimits.elements) }),
        response: { 200: z.strictObject({ cells: z.array(cellSchema) }), ...problems("invalid") },
      },
    },
    async ({ body }) => {
      const cells = await service.cellsNamed(body.names.map(decodeUid));
      return { cells: cells.map(({ name, key, ...rest }) => ({ name: hex(name), ...rest, key: hex(key) })) };
    },
  );
};

function encodePart(part: DigestPart): z.infer<typeof partSchema> {
  const { cells } = part;
  if ("hashes" in part) return { cells, hashes: part.hashes.map(hex) };
  return { cells, leaves: part.leaves.map(({ name, leaf }) => ({ name: hex(name), leaf: hex(leaf) })) };
}
