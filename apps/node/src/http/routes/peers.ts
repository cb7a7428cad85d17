import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { type NodeService, ServiceError } from "../../service.ts";
import { problems } from "../responses.ts";

export const peerSchema = z
  .object({
    node: z.guid().nullable(),
    name: z.string().nullable().meta({ description: "As in its certificate" }),
    address: z.string(),
    state: z.enum(["connected", "backoff", "disabled", "known"]).meta({
      description: "known: not dialled, because this node is connected with enough others",
    }),
    lag_ops: z.number().nullable(),
    lag_s: z.number().nullable(),
    last_error: z.string().nullable(),
    traffic: z
      .object({
        bytes_sent: z.int(),
        bytes_received: z.int(),
        send_rate: z.int().meta({ description: "Bytes a second, over the last seconds" }),
        receive_rate: z.int(),
      })
      .nullable()
      .meta({ description: "Of the present connection, encrypted and framed" }),
  })
  .meta({ id: "Peer" });

const params = z.strictObject({ node: z.guid().toLowerCase() });

/** Cuts and restores the link to one peer: partitions in tests, and maintenance. */
export const peerRoutes: FastifyPluginAsyncZod<{ service: NodeService }> = async (app, { service }) => {
  app.post(
    "/v1/peers/:node/sync",
    {
      schema: {
        summary: "Synchronise with a peer now, whatever the mode",
        tags: ["peers"],
        params,
        response: {
          200: z.strictObject({
            sent: z.int().meta({ description: "Operations" }),
            received: z.int(),
          }),
          ...problems("not-found", "invalid", "not-ready"),
        },
      },
    },
    async ({ params: { node } }) => {
      const exchanged = await service.sync(node);
      if (exchanged === undefined)
        throw new ServiceError("not-found", "no such peer; /v1/status lists the peers");
      return exchanged;
    },
  );

  for (const action of ["disconnect", "connect"] as const) {
    app.post(
      `/v1/peers/:node/${action}`,
      {
        schema: {
          summary:
            action === "connect"
              ? "Allow sessions with a peer again"
              : "Close and forbid sessions with a peer",
          tags: ["peers"],
          params,
          response: { 200: peerSchema, ...problems("not-found", "invalid") },
        },
      },
      async (request) => {
        const peer = await service[action](request.params.node);
        if (peer === undefined)
          throw new ServiceError("not-found", "no such peer; /v1/status lists the peers");
        return peer;
      },
    );
  }
};
