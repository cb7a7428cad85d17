import type { Socket } from "node:net";
import { type Problem, problem } from "./problem.ts";

/** Answers what came to the port and is no request that could be read, and hangs up. */
export function answerNoHttp(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const body = problemOf(error.code);
  const text = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${body.status} ${body.title}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
  );
}

function problemOf(code: string | undefined): Problem {
  if (code === "HPE_HEADER_OVERFLOW")
    return problem("headers-too-large", "the headers have more than 16 KiB");
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return problem("timeout", "the request did not arrive in time");
  return problem("bad-request", "this is no HTTP request");
}
