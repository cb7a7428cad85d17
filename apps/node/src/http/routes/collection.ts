import type { Standing } from "@jarvis-crdt/replica";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { NodeService } from "../../service.ts";
import { dateSchema, iso, isoOrNull } from "../dates.ts";
import { problems } from "../responses.ts";

const logSchema = z
  .strictObject({
    log: z.string(),
    interpreted: z.int().meta({ description: "Last operation that is interpreted here without a gap" }),
    settled: z
      .int()
      .meta({ description: "Last operation that every member which is waited for has interpreted" }),
    batches: z.int(),
    hollow: z.int().meta({ description: "Batches of which nothing lives, whose body is gone" }),
    bytes: z.int().meta({ description: "Of the bodies that are stored" }),
    held_bytes: z.int().meta({ description: "Of those, what some member has not interpreted yet" }),
    held_by: z.array(z.guid()),
    lacks_witness: z.boolean().meta({ description: "No other member has interpreted all of it" }),
  })
  .meta({ id: "LogStanding" });

const memberSchema = z
  .strictObject({
    node: z.guid(),
    role: z.string(),
    seen_at: dateSchema,
    acknowledged_at: dateSchema.nullable(),
    waited_for: z.boolean().meta({ description: "Its lease runs" }),
    lacks_batches: z.int().meta({ description: "What it has not interpreted, as far as it has said" }),
    lacks_bytes: z.int(),
  })
  .meta({ id: "MemberStanding", description: "Another node that may write" });

const standingSchema = z
  .strictObject({
    enabled: z.boolean().meta({ description: "Old history goes by itself (storage.collection)" }),
    acknowledged_at: dateSchema.nullable(),
    lease_s: z.number(),
    bytes: z.int(),
    held_bytes: z.int(),
    logs: z.array(logSchema),
    members: z.array(memberSchema),
  })
  .meta({ id: "Standing", description: "How far old history may go, and who holds it back" });

const runSchema = z
  .strictObject({
    acknowledged: z.boolean(),
    batches: z.int().meta({ description: "Batches that are hollow now" }),
    operations: z.int(),
    bytes: z.int(),
    more: z.boolean().meta({ description: "Not everything was looked at: another run goes on" }),
  })
  .meta({ id: "CollectionRun" });

export const collectionRoutes: FastifyPluginAsyncZod<{ service: NodeService }> = async (app, { service }) => {
  app.get(
    "/v1/collection",
    {
      schema: {
        summary: "How far old history may go, and who holds it back",
        tags: ["node"],
        response: { 200: standingSchema, ...problems("not-ready") },
      },
    },
    async () => encode(await service.collection.standing(), service.collection),
  );

  app.post(
    "/v1/collection/run",
    {
      schema: {
        summary: "Acknowledge what is interpreted here, and throw old history away, for some seconds",
        tags: ["node"],
        response: { 200: runSchema, ...problems("not-ready") },
      },
    },
    async () => {
      const { isPartial, ...run } = await service.collection.run();
      return { ...run, more: isPartial };
    },
  );
};

function encode(
  { acknowledgedAt, logs, members }: Standing,
  { leaseMs, isOn }: Pick<NodeService["collection"], "leaseMs" | "isOn">,
): z.infer<typeof standingSchema> {
  return {
    enabled: isOn,
    acknowledged_at: isoOrNull(acknowledgedAt),
    lease_s: leaseMs / 1000,
    bytes: logs.reduce((sum, { bytes }) => sum + bytes, 0),
    held_bytes: logs.reduce((sum, { heldBytes }) => sum + heldBytes, 0),
    logs: logs.map(({ heldBytes, heldBy, lacksWitness, unwitnessed: _, ...log }) => ({
      ...log,
      held_bytes: heldBytes,
      held_by: [...heldBy],
      lacks_witness: lacksWitness,
    })),
    members: members.map(({ node, role, seenAt, acknowledgedAt: at, isRunning, lacks }) => ({
      node,
      role,
      seen_at: iso(seenAt),
      acknowledged_at: isoOrNull(at),
      waited_for: isRunning,
      lacks_batches: lacks.batches,
      lacks_bytes: lacks.bytes,
    })),
  };
}
