import swagger from "@fastify/swagger";
import { escapeText } from "@jarvis-crdt/config";
import Fastify, { type FastifyBaseLogger, type FastifyReply, LogController } from "fastify";
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import type { NodeService } from "../service.ts";
import { answerBeforeClose } from "./closing.ts";
import { documentOptions } from "./document.ts";
import { type ConnectionLimits, httpLimits } from "./limits.ts";
import { answerNoHttp } from "./no-http.ts";
import { originRefusal } from "./origin.ts";
import { problem, problemOf } from "./problem.ts";
import { bodyProblems } from "./responses.ts";
import { archiveRoutes } from "./routes/archive.ts";
import { collectionRoutes } from "./routes/collection.ts";
import { conflictRoutes } from "./routes/conflicts.ts";
import { counterRoutes } from "./routes/counters.ts";
import { documentRoutes } from "./routes/document.ts";
import { healthRoutes } from "./routes/health.ts";
import { objectRoutes } from "./routes/objects.ts";
import { peerRoutes } from "./routes/peers.ts";
import { quarantineRoutes } from "./routes/quarantine.ts";
import { registerRoutes } from "./routes/registers.ts";
import { reloadRoutes } from "./routes/reload.ts";
import { repairRoutes } from "./routes/repair.ts";
import { setRoutes } from "./routes/sets.ts";
import { statusRoutes } from "./routes/status.ts";
import { voidRoutes } from "./routes/voids.ts";
import { whyRoutes } from "./routes/why.ts";
import { tokenCheck } from "./token.ts";

const readerRefusal =
  "this node's certificate lets it read only: nothing was written, because no other node would take it; write on another node, or have a writer's certificate issued";

export interface HttpOptions {
  readonly token: string;
  readonly logger: FastifyBaseLogger;
  /** A reverse proxy stands before this server, so any Host may be asked for. */
  readonly behindProxy?: boolean;
  /** Those of `httpLimits`, unless given. */
  readonly limits?: ConnectionLimits;
}

declare module "fastify" {
  interface FastifyContextConfig {
    /** Answered without a token. Every other route, known or not, needs one. */
    open?: boolean;
    /** Changes something, so it waits until the node is ready; on this node alone, or what others take, if they may. */
    writes?: "here" | "everywhere";
  }
}

/** Builds the HTTP interface of a node, not yet listening. */
export async function createHttp(service: NodeService, options: HttpOptions) {
  const limits = options.limits ?? httpLimits;
  const app = Fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: httpLimits.bodyBytes,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: httpLimits.idleMs,
    http: { headersTimeout: limits.headersMs, connectionsCheckingInterval: limits.checkMs },
    forceCloseConnections: true,
    return503OnClosing: false,
    exposeHeadRoutes: false,
    // With others named, fastify does not load its own: a tenth of all modules.
    schemaController: { compilersFactory: { buildValidator: unused, buildSerializer: unused } },
    // A character of a name takes up to twelve in a URL.
    routerOptions: { maxParamLength: httpLimits.nameCharacters * 12 },
    clientErrorHandler: answerNoHttp,
    frameworkErrors: (error, _request, reply) => {
      const answer = problemOf(error);
      void (reply as FastifyReply)
        .code(answer.status)
        .type("application/problem+json")
        .send(JSON.stringify(answer));
    },
  }).withTypeProvider<ZodTypeProvider>();
  app.server.maxConnections = limits.connections;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);

  app.removeContentTypeParser(["text/plain", "application/json"]);
  const parseJson = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    // Clients that always announce JSON also send it where there is no body.
    if (body === "") done(null, undefined);
    else parseJson(request, body as string, done);
  });

  const isClosing = answerBeforeClose(app);
  const authenticated = tokenCheck(options.token);
  app.addHook("onRequest", async (request, reply) => {
    reply.headers({ "cache-control": "no-store", "x-content-type-options": "nosniff" });
    const { open, writes } = request.routeOptions.config;
    const { host, origin, authorization } = request.headers;
    const isKnown = authenticated(authorization);
    // Who has no token keeps no connection from those who have one.
    if (!isKnown) reply.header("connection", "close");
    if (open) return;
    const refusal = originRefusal(host, origin, options.behindProxy ?? false);
    const answer =
      refusal !== undefined
        ? problem("forbidden", refusal)
        : !isKnown
          ? problem("unauthenticated", "send the token of the file http.token: Authorization: Bearer TOKEN")
          : isClosing()
            ? problem("not-ready", "the node is stopping; nothing of this request was done")
            : writes && !service.ready
              ? problem("not-ready", "the node takes no writes at the moment; /v1/status and its log say why")
              : writes === "everywhere" && !service.mayWrite
                ? problem("forbidden", readerRefusal)
                : undefined;
    if (answer === undefined) return;
    if (answer.status === 401) reply.header("www-authenticate", "Bearer");
    return reply.code(answer.status).type("application/problem+json").send(JSON.stringify(answer));
  });

  app.setErrorHandler((error, request, reply) => {
    const answer = problemOf(error);
    if (answer.status === 500)
      request.log.error({ err: error, route: request.routeOptions.url }, "request failed");
    return reply.code(answer.status).type("application/problem+json").send(JSON.stringify(answer));
  });
  app.setNotFoundHandler((request, reply) => {
    const answer = problem(
      "not-found",
      `no such route: ${escapeText(`${request.method} ${request.url}`)}; /v1/openapi.json lists them`,
    );
    return reply.code(404).type("application/problem+json").send(JSON.stringify(answer));
  });

  app.addHook("onRoute", ({ method, schema }) => {
    if (method !== "GET" && schema !== undefined)
      schema.response = { ...bodyProblems, ...(schema.response as object | undefined) };
  });
  await app.register(swagger, documentOptions);
  for (const routes of [
    healthRoutes,
    statusRoutes,
    whyRoutes,
    voidRoutes,
    repairRoutes,
    collectionRoutes,
    archiveRoutes,
    counterRoutes,
    registerRoutes,
    setRoutes,
    objectRoutes,
    quarantineRoutes,
    conflictRoutes,
  ]) {
    await app.register(routes, { service });
  }
  await app.register(peerRoutes, { service });
  await app.register(reloadRoutes, { service });
  await app.register(documentRoutes);
  return app;
}

function unused(): never {
  throw new Error("what comes in and goes out is checked by zod");
}
