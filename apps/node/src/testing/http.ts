import pino from "pino";
import type { ConnectionLimits } from "../http/limits.ts";
import { createHttp } from "../http/server.ts";
import { FakeNode } from "./fake-node.ts";

export const token = "0123456789abcdef0123456789abcdef";
export const headers = { authorization: `Bearer ${token}`, host: "127.0.0.1:8889" };

/** The HTTP interface over a node in memory, not listening; `log` collects what it logs. */
export async function fakeHttp(options: { behindProxy?: boolean; limits?: ConnectionLimits } = {}) {
  const node = new FakeNode();
  const log: string[] = [];
  const logger = pino({ level: "debug" }, { write: (line: string) => log.push(line) });
  const app = await createHttp(node, { token, logger, ...options });
  const call = async (method: "GET" | "POST" | "PUT", url: string, body?: unknown) => {
    const answer = await app.inject({
      method,
      url,
      headers: body === undefined ? headers : { ...headers, "content-type": "application/json" },
      ...(body === undefined ? {} : { payload: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    return { status: answer.statusCode, type: answer.headers["content-type"], body: answer.json() };
  };
  return { app, node, log, call };
}
