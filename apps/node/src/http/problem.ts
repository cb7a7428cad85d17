import { escapeText } from "@jarvis-crdt/config";
import { CrdtError } from "@jarvis-crdt/crdt";
import { ObjectError, type ObjectErrorCode } from "@jarvis-crdt/replica";
import { StoreError } from "@jarvis-crdt/store";
import type { FastifyError } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { z } from "zod";
import { diskError } from "../disk-error.ts";
import { ServiceError } from "../service.ts";
import { ValueError } from "./values.ts";

/** The stable codes of the HTTP interface, with status and title. */
const kinds = {
  "bad-request": [400, "Bad Request"],
  unauthenticated: [401, "Not authenticated"],
  forbidden: [403, "Forbidden"],
  "not-found": [404, "Not found"],
  timeout: [408, "Request Timeout"],
  "wrong-type": [409, "Another type"],
  "no-rights": [409, "No rights left"],
  "too-large": [413, "Too large"],
  "unsupported-media-type": [415, "Unsupported media type"],
  invalid: [422, "Invalid request"],
  "headers-too-large": [431, "Request Header Fields Too Large"],
  internal: [500, "Internal error"],
  "disk-failed": [500, "Disk failed"],
  "not-ready": [503, "Not ready"],
  "disk-full": [507, "Disk full"],
} as const;

export type ProblemCode = keyof typeof kinds;

/** An error as RFC 9457 problem+json. */
export const problemSchema = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(Object.keys(kinds) as ProblemCode[]),
  })
  .meta({ id: "Problem", description: "RFC 9457 problem details; `code` is stable." });

export type Problem = z.infer<typeof problemSchema>;

export function problem(code: ProblemCode, detail: string): Problem {
  const [status, title] = kinds[code];
  return { type: `urn:jarvis-crdt:problem:${code}`, title, status, detail, code };
}

const ofObjects: Record<ObjectErrorCode, ProblemCode> = {
  "invalid-name": "invalid",
  "unknown-type": "invalid",
  "unknown-operation": "invalid",
  "invalid-argument": "invalid",
  "unknown-object": "not-found",
  "wrong-type": "wrong-type",
  "ambiguous-type": "wrong-type",
};

/** What the system or SQLite says of the disk. */
function diskProblem(error: unknown): Problem | undefined {
  const found = diskError(error);
  if (found === undefined) return undefined;
  if (found.kind === "full")
    return problem(
      "disk-full",
      "this node's disk is full, so nothing was written; make room and try again, jarvisctl doctor tells more",
    );
  return problem(
    "disk-failed",
    `this node's disk failed (${found.code}), and what was not answered for may be lost; jarvisctl doctor tells more`,
  );
}

/** Turns whatever a handler or the framework threw into a problem. Nothing of a bug's message reaches the client. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ServiceError) return problem(error.code, error.message);
  if (error instanceof ValueError) return problem("invalid", error.message);
  if (error instanceof ObjectError) return problem(ofObjects[error.code], escapeText(error.message, 1000));
  if (error instanceof CrdtError) {
    if (error.code === "too-large") return problem("too-large", error.message);
    if (error.code === "no-rights") return problem("no-rights", error.message);
    if (error.code === "clock-drift") return problem("not-ready", error.message);
    if (error.code === "invalid-value" || error.code === "overflow") return problem("invalid", error.message);
  }
  if (error instanceof StoreError && error.code === "clock-contradicted")
    return problem("not-ready", error.message);
  const disk = diskProblem(error);
  if (disk !== undefined) return disk;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const detail = error.validation
      .slice(0, 10)
      .map((one) => `${error.validationContext ?? "request"}${one.instancePath}: ${one.message}`)
      .join("; ");
    return problem("invalid", escapeText(detail, 1000));
  }
  const status = (error as FastifyError | undefined)?.statusCode ?? 500;
  const message = escapeText(String((error as Error | undefined)?.message ?? ""), 300);
  if (status === 404) return problem("not-found", message);
  if (status === 413) return problem("too-large", message);
  if (status === 415) return problem("unsupported-media-type", "send the body as application/json");
  if (status >= 400 && status < 500) return problem("invalid", message);
  return problem("internal", "the node failed to answer; its log says why");
}
