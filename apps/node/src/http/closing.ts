import type { FastifyInstance } from "fastify";
import { httpLimits } from "./limits.ts";

/**
 * Lets requests under way be answered before the server closes its connections, for as long as `httpLimits.closeMs`.
 * The function it gives tells whether the server is closing: then new requests are not to be begun.
 */
export function answerBeforeClose(app: FastifyInstance): () => boolean {
  let closing = false;
  let underWay = 0;
  let quiet = () => {};
  app.addHook("onRequest", async (_request, reply) => {
    if (closing) return;
    underWay++;
    reply.raw.once("close", () => {
      underWay--;
      if (underWay === 0) quiet();
    });
  });
  app.addHook("preClose", async () => {
    closing = true;
    if (underWay === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    quiet = resolve;
    const timer = setTimeout(resolve, httpLimits.closeMs);
    await promise;
    clearTimeout(timer);
  });
  return () => closing;
}
