import { z } from "zod";
import { type ProblemCode, problemSchema } from "./problem.ts";

const statuses = {
  unauthenticated: 401,
  forbidden: 403,
  "not-found": 404,
  "wrong-type": 409,
  "no-rights": 409,
  "too-large": 413,
  "unsupported-media-type": 415,
  invalid: 422,
  "disk-failed": 500,
  "not-ready": 503,
  "disk-full": 507,
} as const satisfies Partial<Record<ProblemCode, number>>;

/** The problems a route can answer with, for its documentation. */
export function problems(...codes: readonly (keyof typeof statuses)[]) {
  const all = new Set<keyof typeof statuses>(["unauthenticated", "forbidden", ...codes]);
  const responses: Record<
    number,
    { description: string; content: Record<string, { schema: typeof problemSchema }> }
  > = {};
  for (const code of all) {
    const status = statuses[code];
    responses[status] = {
      description: [responses[status]?.description, code].filter((one) => one !== undefined).join(", "),
      content: { "application/problem+json": { schema: problemSchema } },
    };
  }
  return responses;
}

export const writeProblems = problems(
  "forbidden",
  "too-large",
  "unsupported-media-type",
  "invalid",
  "not-ready",
  "disk-full",
  "disk-failed",
);

/** What every route can answer that takes a body, also one that needs none. */
export const bodyProblems = problems("too-large", "unsupported-media-type", "invalid");

export const nameParams = (max: number) =>
  z.strictObject({
    name: z
      .string()
      .min(1)
      .max(max)
      .refine((name) => name.isWellFormed() && !/\p{Cc}/u.test(name), "a name has no control characters"),
  });
